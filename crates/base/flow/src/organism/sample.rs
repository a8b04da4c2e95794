//! Flows that come with the server.

/// The text of a flow that is created without one: it runs with built-in handlers alone.
pub const DEFAULT_YAML: &str = include_str!("sample/default.yaml");

/// The flow that a new installation begins with: needs no key and no network.
pub const SAMPLE_YAML: &str = include_str!("sample/order-desk.yaml");
