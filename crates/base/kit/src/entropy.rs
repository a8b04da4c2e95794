use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use crate::Timestamp;

/// Where randomness comes from: the operating system, or a seed that a test chose.
#[derive(Clone, Debug)]
pub struct Entropy {
    source: Source,
    rising: Arc<Mutex<Rising>>,
}

/// The last number that [`Entropy::rising`] gave, and its moment.
#[derive(Debug, Default)]
struct Rising {
    at: Option<Timestamp>,
    number: u128,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Seeded(Arc<Mutex<StdRng>>),
}

impl Entropy {
    /// The thread's generator, seeded and reseeded by the operating system (cryptographically secure).
    pub fn system() -> Self {
        Self::of(Source::System)
    }

    /// The same numbers at every run.
    pub fn seeded(seed: u64) -> Self {
        Self::of(Source::Seeded(Arc::new(Mutex::new(StdRng::seed_from_u64(seed)))))
    }

    fn of(source: Source) -> Self {
        Self { source, rising: Arc::default() }
    }

    /// Random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number in `0.0..1.0`.
    pub fn unit(&self) -> f64 {
        // 53 bits: as many as the mantissa of an f64 holds.
        let bits = u64::from_le_bytes(self.bytes()) >> 11;
        bits as f64 / (1_u64 << 53) as f64
    }

    /// A number of at most `BITS` bits that nobody can guess, larger than the last one of the same moment.
    ///
    /// The first of a moment leaves the highest bit free, so that 2^(`BITS` - 33) more find room above it.
    pub(crate) fn rising<const BITS: u32>(&self, now: Timestamp) -> u128 {
        let mut last = self.rising.lock().unwrap_or_else(PoisonError::into_inner);
        let number = if last.at == Some(now) {
            last.number + 1 + u128::from(u32::from_le_bytes(self.bytes()))
        } else {
            u128::from_le_bytes(self.bytes()) >> (129 - BITS)
        };
        *last = Rising { at: Some(now), number };
        number
    }

    #[expect(clippy::disallowed_methods, reason = "the one home of randomness")]
    fn fill(&self, bytes: &mut [u8]) {
        match &self.source {
            Source::System => rand::rng().fill_bytes(bytes),
            Source::Seeded(rng) => rng.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_the_system_does_not() {
        assert_eq!(Entropy::seeded(7).bytes::<16>(), Entropy::seeded(7).bytes::<16>());
        assert_ne!(Entropy::system().bytes::<16>(), Entropy::system().bytes::<16>());
    }

    #[test]
    fn a_unit_number_stays_below_one() {
        let dice = Entropy::seeded(1);
        assert!((0..1000).map(|_| dice.unit()).all(|number| (0.0..1.0).contains(&number)));
    }
}
