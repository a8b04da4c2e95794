//! Answers that stand in for the work of listeners in test runs.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod put;

use engine::journal::Pin;
use kit::Timestamp;
use kit::ids::ExecutionId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// An answer that stands in for a listener's work.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Pin)]
pub(crate) struct PinBody {
    /// Which listener.
    listener: String,
    /// What it answers.
    #[schema(required, value_type = Value)]
    output: Value,
    /// The execution that it was taken from; null when somebody wrote it.
    #[schema(required)]
    execution_id: Option<ExecutionId>,
    pinned_at: Timestamp,
}

impl From<Pin> for PinBody {
    fn from(pin: Pin) -> Self {
        Self {
            listener: pin.listener,
            output: pin.output.json().clone(),
            execution_id: pin.execution,
            pinned_at: pin.pinned_at,
        }
    }
}
