use engine::flow::canvas::CanvasState;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A canvas that reads as one; what else an editor has put into it is kept.
#[derive(Debug)]
pub(crate) struct GivenCanvas(Value);

impl GivenCanvas {
    /// As it was sent.
    pub(crate) fn into_json(self) -> Value {
        self.0
    }
}

impl<'de> Deserialize<'de> for GivenCanvas {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        CanvasState::deserialize(&json).map_err(serde::de::Error::custom)?;
        Ok(Self(json))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_canvas_keeps_what_the_editor_added() {
        let sent =
            json!({ "nodes": [{ "id": "a", "type": "output", "position": { "x": 1, "y": 2 }, "width": 3 }] });
        assert_eq!(serde_json::from_value::<GivenCanvas>(sent.clone()).unwrap().into_json(), sent);
    }

    #[test]
    fn what_is_no_canvas_is_refused() {
        for sent in [json!(5), json!({ "nodes": 1 }), json!({ "nodes": [{ "id": "a" }] })] {
            assert!(serde_json::from_value::<GivenCanvas>(sent.clone()).is_err(), "{sent}");
        }
    }
}
