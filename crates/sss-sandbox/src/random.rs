//! Numbers that look random and are the same in every run.
//!
//! Ids of the account and faults with a probability come from here. The numbers are no secrets.

/// The generator `SplitMix64`.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Creates a generator whose numbers depend only on the seed.
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns whether an event with this probability happens this time. 0 never happens, and 1 always does.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        let drawn = u32::try_from(self.next() >> 32).expect("the upper half of 64 bits");
        f64::from(drawn) < probability * (f64::from(u32::MAX) + 1.0)
    }
}
