//! Moments and choices drawn by chance, the same ones again for the same seed.

/// Names the seed to draw from, when a run that failed is to be repeated.
const SEED: &str = "ACCORD_SEED";

/// A small generator (SplitMix64): every seed is as good as any other.
pub struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// A new seed each time, or the one that the environment names.
    pub fn new() -> Self {
        let named = std::env::var(SEED).ok().map(|seed| seed.parse().expect("the seed is a number"));
        let seed = named.unwrap_or_else(|| {
            let mut bytes = [0; 4];
            getrandom::fill(&mut bytes).expect("the system draws numbers");
            u64::from(u32::from_le_bytes(bytes))
        });
        Self { seed, state: seed }
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

impl Default for Chance {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Chance {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("--- to draw the same again: {SEED}={} ---", self.seed);
        }
    }
}
