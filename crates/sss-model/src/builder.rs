//! What every builder has beside the setters that `derive_builder` writes.

/// `X::builder()` and `XBuilder::build()`, which checks what it built.
macro_rules! built {
    ($($part:ident by $builder:ident),+ $(,)?) => {$(
        impl $part {
            #[doc = concat!("A builder of [`", stringify!($part), "`] with its defaults.")]
            #[must_use]
            pub fn builder() -> $builder {
                $builder::default()
            }
        }

        impl $builder {
            #[doc = concat!("The [`", stringify!($part), "`], or every problem that its own rules find.")]
            ///
            /// # Errors
            ///
            /// [`Invalid`](crate::Invalid) holds all problems of severity error, not only the first.
            pub fn build(self) -> Result<$part, $crate::Invalid> {
                $crate::report::checked(self.assemble()?)
            }
        }
    )+};
}

/// Setters of lists and maps that take any iterator, and setters that add one element to a list.
macro_rules! setters {
    ($builder:ident { $($kind:ident: $($field:ident $(-> $target:ident: $item:ty)?),+;)+ }) => {
        impl $builder {
            $($(setters!(@$kind $field $($target $item)?);)+)+
        }
    };
    (@lists $field:ident) => {
        #[doc = concat!("Sets `", stringify!($field), "` as a whole.")]
        #[must_use]
        pub fn $field<I>(mut self, values: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            self.$field = Some(values.into_iter().map(Into::into).collect());
            self
        }
    };
    (@pairs $field:ident) => {
        #[doc = concat!("Sets `", stringify!($field), "` as a whole, from pairs of key and value.")]
        #[must_use]
        pub fn $field<I, K, V>(mut self, pairs: I) -> Self
        where
            I: IntoIterator<Item = (K, V)>,
            K: Into<String>,
            V: Into<String>,
        {
            self.$field = Some(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect());
            self
        }
    };
    (@adds $one:ident $target:ident $item:ty) => {
        #[doc = concat!("Adds one element to `", stringify!($target), "`.")]
        #[must_use]
        pub fn $one(mut self, value: $item) -> Self {
            self.$target.get_or_insert_with(Default::default).extend([value]);
            self
        }
    };
}

/// Setters of a builder that set a field of the builder inside it.
macro_rules! forward {
    ($inner:ident: lists $($field:ident),+) => {$(
        #[doc = concat!("Sets `", stringify!($field), "` as a whole.")]
        #[must_use]
        pub fn $field<I>(mut self, values: I) -> Self
        where
            I: IntoIterator,
            I::Item: Into<String>,
        {
            self.$inner = self.$inner.$field(values);
            self
        }
    )+};
    ($inner:ident: pairs $($field:ident),+) => {$(
        #[doc = concat!("Sets `", stringify!($field), "` as a whole, from pairs of key and value.")]
        #[must_use]
        pub fn $field<I, K, V>(mut self, pairs: I) -> Self
        where
            I: IntoIterator<Item = (K, V)>,
            K: Into<String>,
            V: Into<String>,
        {
            self.$inner = self.$inner.$field(pairs);
            self
        }
    )+};
    ($inner:ident: $($field:ident($value:ty)),+) => {$(
        #[doc = concat!("Sets `", stringify!($field), "` of the ", stringify!($inner), ".")]
        #[must_use]
        pub fn $field(mut self, value: $value) -> Self {
            self.$inner = self.$inner.$field(value);
            self
        }
    )+};
}

pub(crate) use {built, forward, setters};
