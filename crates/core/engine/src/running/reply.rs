use flow::Payload;
use flow::run::{Failure, State, Status};
use journal::ExecutionStatus;
use tokio::sync::watch;

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

/// Where the answer goes.
#[derive(Debug, Default)]
pub(crate) struct Reply(watch::Sender<Option<Finished>>);

impl Reply {
    pub(super) fn new() -> (Self, watch::Receiver<Option<Finished>>) {
        let (sender, receiver) = watch::channel(None);
        (Self(sender), receiver)
    }

    /// Tells the caller, once, what there is to tell.
    pub(super) fn publish(&self, state: &State) {
        if self.0.borrow().is_none()
            && let Some(finished) = Finished::of(state)
        {
            self.0.send_replace(Some(finished));
        }
    }

    /// Whether somebody waits who has not been told.
    pub(super) fn is_wanted(&self) -> bool {
        !self.0.is_closed() && self.0.borrow().is_none()
    }
}

impl Finished {
    /// What there is to tell after a commit.
    pub(super) fn of(state: &State) -> Option<Self> {
        let status = match state.end.as_ref().map(|end| end.status) {
            None => ExecutionStatus::Running,
            Some(Status::Success) => ExecutionStatus::Success,
            Some(Status::Error) => ExecutionStatus::Error,
            Some(Status::Timeout) => ExecutionStatus::Timeout,
        };
        if let Some(reply) = &state.reply {
            let (output, http_status) = (reply.payload.clone(), reply.status);
            return Some(Self { status, output, http_status, error: None });
        }
        let end = state.end.as_ref()?;
        let output = state.output().unwrap_or_default();
        Some(Self { status, output, http_status: None, error: end.error.clone() })
    }
}
