#![doc = include_str!("../README.md")]

mod clock;
mod entropy;
mod id;
pub mod ids;
mod problem;
mod secret;
pub mod telemetry;
mod timestamp;
pub mod trace;

pub use clock::Clock;
pub use entropy::Entropy;
pub use id::{Id, InvalidId};
pub use problem::{Kind, Problem};
pub use secret::Secret;
pub use timestamp::Timestamp;

/// The two sources of everything that is not decided by the program: time and randomness.
#[derive(Clone, Debug)]
pub struct Sources {
    /// What time it is.
    pub clock: Clock,
    /// Ids, keys, jitter.
    pub entropy: Entropy,
}

impl Sources {
    /// The machine's clock and its random numbers.
    pub fn system() -> Self {
        Self { clock: Clock::system(), entropy: Entropy::system() }
    }

    /// A new id of the present moment.
    pub fn id<T>(&self) -> Id<T> {
        Id::new(self.clock.now(), &self.entropy)
    }
}
