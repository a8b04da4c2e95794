//! Answers that were given before, per owner and key: to the same question, and where it is wished to one that is like it;
//! never an error, a cut or an empty one.

mod alike;
mod comparable;
mod flight;
mod key;
mod store;
mod vector;

use std::time::Duration;

pub(crate) use alike::{Alikes, Partition};
pub(crate) use comparable::{Comparable, comparable};
pub(crate) use flight::{Flights, Lead, Role, Told};
pub(crate) use key::{CacheKey, key, key_of_value};
use kit::Timestamp;
use net::Bytes;
pub(crate) use store::Store;
pub use vector::Threshold;
pub(crate) use vector::{Vector, exact_words};

/// What a request says about the cache, in `Cache-Control`'s words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheWish {
    /// Ask the model even if the answer is known.
    pub no_cache: bool,
    /// Do not keep the answer.
    pub no_store: bool,
    /// How long to keep it, instead of what the temperature says.
    pub ttl_s: Option<u64>,
}

/// What became of a call at the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheOutcome {
    /// Not looked up: too warm, or not wished.
    Off,
    /// Not there.
    Miss,
    /// There.
    Hit,
    /// The same was being asked already: its answer was taken.
    Joined,
    /// Another was there whose question is like it.
    Similar(Likeness),
}

/// How like two questions are, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness {
    /// In thousandths.
    pub permille: u16,
    /// By a model of embeddings, or else by the spelling of their words.
    pub is_embedded: bool,
}

/// An answer as it is kept: in the caller's dialect, streamed or not.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) body: Bytes,
    pub(crate) model: String,
    pub(crate) provider: String,
}

/// No wish keeps an answer longer.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);

impl CacheWish {
    /// How long an answer is kept, in milliseconds; not at all above a temperature of 0.7 or without one, unless the
    /// caller says how long (the original system's figures).
    pub(crate) fn ttl_ms(&self, temperature: Option<f64>) -> Option<i64> {
        let of_temperature = || match temperature? {
            0.0 => Some(86_400),
            t if t < 0.3 => Some(3_600),
            t if t < 0.7 => Some(300),
            _ => None,
        };
        let ttl_s = self.ttl_s.map(|ttl_s| ttl_s.min(LONGEST.as_secs())).or_else(of_temperature)?;
        i64::try_from(ttl_s * 1_000).ok().filter(|ttl_ms| *ttl_ms > 0)
    }
}

impl CacheOutcome {
    /// The word in records and headers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Miss => "miss",
            Self::Hit => "hit",
            Self::Joined => "joined",
            Self::Similar(_) => "similar",
        }
    }

    /// Whether an answer was given again, and nobody asked.
    pub const fn is_given_again(self) -> bool {
        matches!(self, Self::Hit | Self::Joined | Self::Similar(_))
    }
}

impl Likeness {
    pub(crate) fn new(similarity: f32, vector: &Vector) -> Self {
        let permille = (similarity.clamp(0.0, 1.0) * 1_000.0).round() as u16;
        Self { permille, is_embedded: matches!(vector, Vector::Embedded(_)) }
    }
}

impl Kept {
    /// What it weighs in the store.
    fn bytes(&self) -> usize {
        const ENTRY_BYTES: usize = 256;
        self.body.len() + self.model.len() + self.provider.len() + ENTRY_BYTES
    }
}

/// When something kept for so long ends.
fn until(now: Timestamp, ttl_ms: i64) -> Timestamp {
    now.plus_ms(ttl_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colder_the_longer_and_a_wish_goes_before() {
        let wish = CacheWish::default();
        let kept = [None, Some(0.0), Some(0.29), Some(0.3), Some(0.69), Some(0.7), Some(1.0)]
            .map(|temperature| wish.ttl_ms(temperature).map(|ms| ms / 1_000));
        assert_eq!(kept, [None, Some(86_400), Some(3_600), Some(300), Some(300), None, None]);
        let wish = CacheWish { ttl_s: Some(10), ..wish };
        assert_eq!(wish.ttl_ms(None), Some(10_000));
        assert_eq!(CacheWish { ttl_s: Some(u64::MAX), ..wish }.ttl_ms(None), Some(7 * 86_400_000));
        assert_eq!(CacheWish { ttl_s: Some(0), ..wish }.ttl_ms(Some(0.0)), None);
    }
}
