//! `calculate`: safe arithmetic, without any evaluation of code.

mod evaluate;
mod fault;
mod function;
mod number;
#[cfg(test)]
mod properties;
mod token;

pub use fault::{Fault, Reason};

/// The longest expression, in characters.
const MAX_CHARACTERS: usize = 10_000;
/// How many parentheses, signs and powers may stand inside one another.
const MAX_DEPTH: usize = 100;
