//! When the next edit is due: a Poisson process, and the randomness it needs, the same in every run.

use crate::time::Nanos;

/// A small generator of evenly spread numbers (xorshift64*). The same seed gives the same numbers.
pub struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    pub const fn roll(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Evenly from nought to just under `limit`.
    pub const fn below(&mut self, limit: usize) -> usize {
        ((self.roll() >> 32) as usize * limit) >> 32
    }

    /// Above nought, at most one.
    pub fn fraction(&mut self) -> f64 {
        ((self.roll() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }
}

/// The moments at which edits are due, so many a second on average, each independent of the others.
pub struct Arrivals {
    next: f64,
    every: f64,
    dice: Dice,
}

impl Arrivals {
    pub fn new(from: Nanos, per_second: f64, seed: u64) -> Self {
        let mut arrivals = Self { next: from as f64, every: 1e9 / per_second, dice: Dice::new(seed) };
        arrivals.advance();
        arrivals
    }

    pub const fn next(&self) -> Nanos {
        self.next as Nanos
    }

    pub fn advance(&mut self) {
        self.next -= self.dice.fraction().ln() * self.every;
    }

    pub const fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_arrive_as_were_asked_for() {
        let mut arrivals = Arrivals::new(0, 1_000.0, 7);
        let mut count = 0;
        while arrivals.next() < 10_000_000_000 {
            arrivals.advance();
            count += 1;
        }
        assert!((9_700..10_300).contains(&count), "{count} in ten seconds at a thousand a second");
    }

    #[test]
    fn dice_are_fair_enough() {
        let mut dice = Dice::new(1);
        let mut counts = [0; 6];
        for _ in 0..60_000 {
            counts[dice.below(6)] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
    }
}
