//! The canvas: nodes, edges and positions, as a view of the YAML.
