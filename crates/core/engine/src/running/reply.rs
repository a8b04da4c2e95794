use flow::Payload;
use flow::run::{Failure, Status};
use journal::ExecutionStatus;

use super::run::Run;

/// What a waiting caller is told: at the first committed `output` of the root frame, else at the end.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// `running` while the execution goes on after its `output`.
    pub status: ExecutionStatus,
    /// What it answers.
    pub output: Payload,
    /// The HTTP status that the `output` set.
    pub http_status: Option<u16>,
    /// Why it failed.
    pub error: Option<Failure>,
}

impl Run {
    /// What there is to tell now, after a commit.
    pub(super) fn finished(&self) -> Option<Finished> {
        let status = match self.state.end.as_ref().map(|end| end.status) {
            None => ExecutionStatus::Running,
            Some(Status::Success) => ExecutionStatus::Success,
            Some(Status::Error) => ExecutionStatus::Error,
            Some(Status::Timeout) => ExecutionStatus::Timeout,
        };
        if let Some(reply) = &self.state.reply {
            let (output, http_status) = (reply.payload.clone(), reply.status);
            return Some(Finished { status, output, http_status, error: None });
        }
        let end = self.state.end.as_ref()?;
        let output = self.state.output().unwrap_or_default();
        Some(Finished { status, output, http_status: None, error: end.error.clone() })
    }
}
