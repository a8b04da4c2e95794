//! Between a flow's text and its canvas, saving nothing.

pub(crate) mod to_canvas;
pub(crate) mod to_yaml;
