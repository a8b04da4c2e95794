use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

/// What the editor shows; the shape is React Flow's.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct CanvasState {
    /// One node a listener, one for the trigger, and the notes.
    #[serde(default)]
    pub nodes: Vec<CanvasNode>,
    /// Who hands over to whom, and whom agents may call.
    #[serde(default)]
    pub edges: Vec<CanvasEdge>,
    /// What part of it is seen.
    #[serde(default)]
    pub viewport: Viewport,
}

/// One box of the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CanvasNode {
    /// The listener's name as the text has it; `trigger` for the trigger.
    pub id: String,
    /// `trigger`, `llmCall`, `httpRequest`, `codeBlock`, `conditional`, `loop`, `output`, `custom`, or `note`:
    /// a comment, whose `data.text` is what it says.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its upper left corner.
    pub position: Position,
    /// `name`, `label`, `isAgent`, `payloadClass`, and the listener's other keys as the text has them.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub data: Map<String, Json>,
}

/// A line between two boxes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CanvasEdge {
    /// `{source}-{target}`, with the handle behind it where that is taken.
    pub id: String,
    /// The id of the node it leaves.
    pub source: String,
    /// The id of the node it reaches.
    pub target: String,
    /// `next`, `peer`, `case-0` (the first case), `otherwise` or `error`; absent means `next`.
    #[serde(default, alias = "source_handle", skip_serializing_if = "Option::is_none")]
    pub source_handle: Option<String>,
    /// Not used by the server.
    #[serde(default, alias = "target_handle", skip_serializing_if = "Option::is_none")]
    pub target_handle: Option<String>,
}

/// A point on the canvas, in pixels at zoom 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Position {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// What part of the canvas is seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Viewport {
    /// Shift to the right, in pixels.
    pub x: f64,
    /// Shift downwards, in pixels.
    pub y: f64,
    /// 1 is life size.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, zoom: 1.0 }
    }
}

impl CanvasState {
    /// The node of that id.
    pub(super) fn node(&self, id: &str) -> Option<&CanvasNode> {
        self.nodes.iter().find(|node| node.id == id)
    }
}
