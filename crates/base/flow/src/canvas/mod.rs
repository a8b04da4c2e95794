//! The canvas: nodes, edges and positions, as a view of the YAML.
//!
//! The text stays the one source of truth. [`from_yaml`] draws it; [`apply_to_yaml`] carries what was changed on the
//! canvas back into the text and leaves everything else in it as it was, comments included.

mod apply;
mod edit;
mod emit;
mod layout;
mod links;
mod listener_edits;
mod project;
mod rename;
mod state;
#[cfg(test)]
mod tests;

pub use apply::apply_to_yaml;
pub(crate) use links::{Handle, Listeners, TRIGGER, is_agent};
pub use project::from_yaml;
pub use state::{CanvasEdge, CanvasNode, CanvasState, Position, Viewport};
