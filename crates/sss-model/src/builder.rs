//! The setters and methods that every builder has beside those of `derive_builder`.
//!
//! `derive_builder` writes one setter for each field. The macros here add what it cannot express:
//!
//! - [`built!`] adds `X::builder()`, and a `build` that checks the part and returns all its problems, not only the
//!   first.
//! - [`setters!`] adds setters of lists and maps that take any iterator, and setters that add one element.
//! - [`forward!`] adds setters of an inner builder, so that a service sets the fields of its task.
//!
//! A list setter replaces the list; a setter of one element adds to it. Fields with these setters have
//! `setter(custom)`.

/// Writes `X::builder()` and `XBuilder::build()`, which checks the part that it built.
///
/// The name of the derived function is `assemble`: it fills in defaults and checks nothing but missing fields.
macro_rules! built {
    ($($part:ident by $builder:ident),+ $(,)?) => {$(
        impl $part {
            #[doc = concat!("Returns a builder of [`", stringify!($part), "`] with its defaults.")]
            #[must_use]
            pub fn builder() -> $builder {
                $builder::default()
            }
        }

        impl $builder {
            #[doc = concat!("Returns the [`", stringify!($part), "`], or every problem that its own rules find.")]
            ///
            /// # Errors
            ///
            /// Returns all problems of severity error, not only the first. Warnings are no reason to fail.
            pub fn build(self) -> Result<$part, $crate::Invalid> {
                $crate::report::checked(self.assemble()?)
            }
        }
    )+};
}

/// Writes setters of lists and maps that take any iterator, and setters that add one element to a list.
///
/// `lists` and `pairs` name fields; `adds` names a method, the list that it adds to, and the type of an element.
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

/// Writes setters of a builder that set a field of the builder inside it.
///
/// The kinds `lists` and `pairs` are those of [`setters!`]; without a kind, each field comes with its type.
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
