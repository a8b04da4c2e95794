#![doc = include_str!("../README.md")]

pub mod canvas;
pub mod catalogue;
pub mod expression;
pub mod fit;
pub mod organism;
mod payload;
pub mod run;
mod suggest;

pub use payload::Payload;
