//! Choices out of bytes.

use std::ops::RangeInclusive;

/// Makes choices as bytes say, and the plainest ones when there are no more.
pub(crate) struct Draw<'a> {
    bytes: std::slice::Iter<'a, u8>,
    odd: u8,
}

impl<'a> Draw<'a> {
    /// Of 256 values about `odd` are such as a rule refuses.
    pub(crate) fn new(bytes: &'a [u8], odd: u8) -> Self {
        Draw { bytes: bytes.iter(), odd }
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.bytes.next().copied().unwrap_or(0)
    }

    /// Whether the next value is one that a rule refuses.
    pub(crate) fn is_odd(&mut self) -> bool {
        self.odd > 0 && self.byte() > u8::MAX - self.odd
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// One of the choices; the first is the plainest.
    pub(crate) fn one<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()].clone()
    }

    /// A fine value, or an odd one.
    pub(crate) fn value(&mut self, fine: &[&str], odd: &[&str]) -> String {
        let choices = if self.is_odd() { odd } else { fine };
        self.one(choices).to_owned()
    }

    pub(crate) fn values(&mut self, most: usize, fine: &[&str], odd: &[&str]) -> Vec<String> {
        self.some(most, |draw, _| draw.value(fine, odd))
    }

    /// A number at the bounds or between them; an odd one is just beyond them, or far.
    pub(crate) fn number(&mut self, fine: RangeInclusive<u32>) -> u32 {
        let (least, most) = fine.into_inner();
        if self.is_odd() {
            return self.one(&[most.saturating_add(1), least.saturating_sub(1), u32::MAX, 0]);
        }
        let between = least + u32::from(self.byte()).min(most - least);
        self.one(&[between, least, most])
    }

    /// A text of as many characters as fit, or almost none; an odd one is longer, or empty, or holds something else.
    pub(crate) fn text(&mut self, longest: usize, letter: char) -> String {
        let repeated = |count: usize| std::iter::repeat_n(letter, count).collect::<String>();
        if self.is_odd() {
            return self.one(&[
                repeated(longest + 1),
                String::new(),
                "é\u{0}\"'\\\r\n\t日本\u{1f980}".to_owned(),
            ]);
        }
        let count = self.one(&[1, 2, longest]);
        repeated(count)
    }

    /// A value or none.
    pub(crate) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    /// So many values at most, each made from its index.
    pub(crate) fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let count = usize::from(self.byte()) % (most + 1);
        (0..count).map(|index| make(self, index)).collect()
    }
}
