//! `convert`: JSON, XML, CSV and YAML into one another.

mod csv;
mod fault;
mod format;
mod json;
mod limits;
#[cfg(test)]
mod properties;
mod xml;
mod yaml;

pub use fault::Fault;
pub use format::Format;
