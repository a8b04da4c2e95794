use flow::organism::Diagnostic;
use flow::run::Unadoptable;
use journal::{Approval, ApprovalStatus};
use kit::{Kind, Problem};
use serde_json::{Value as Json, json};

/// What can go wrong between a command and its effect.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The journal or its database.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// Does not exist, or is another's.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// No flow of the owner is called so.
    #[error("there is no flow `{name}`: write the name or the id of one of your flows")]
    UnknownFlow {
        /// What was written.
        name: String,
    },
    /// More than one is.
    #[error("several flows are called `{name}`: write the id of the one that is meant")]
    AmbiguousFlow {
        /// What was written.
        name: String,
    },
    /// The flow's state does not allow it.
    #[error("the flow is {status}: {advice}")]
    WrongState {
        /// Its state.
        status: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// It would have to run and does not.
    #[error("the flow is {status}: {}", until_running(status))]
    FlowNotRunning {
        /// Its state.
        status: &'static str,
    },
    /// Its text has errors.
    #[error("the flow's YAML has errors: correct them, then start it")]
    InvalidFlow(Vec<Diagnostic>),
    /// Somebody else changed it first.
    #[error("it was changed meanwhile: load it again and repeat the change")]
    Stale,
    /// Only what is over can be run again.
    #[error("the execution is still running: wait for its end or cancel it, then replay it")]
    NotOver,
    /// There is no such step to run again from.
    #[error("fromStep: {0}")]
    NoStep(Unadoptable),
    /// What was recorded cannot be carried on.
    #[error("it cannot be run again from that step: {0}; run it again on `original`, or from its start")]
    CannotAdopt(Unadoptable),
    /// A question is decided, or nobody has to decide it any more.
    #[error("{}", already(.0))]
    Decided(Box<Approval>),
    /// The same key came with another body.
    #[error("this Idempotency-Key came with another body before: use a new key for a new request")]
    IdempotencyConflict,
    /// A field is not allowed to be what it is.
    #[error("{field}: {message}")]
    Invalid {
        /// Which field, as JSON names it.
        field: &'static str,
        /// What is wrong, and what is allowed.
        message: String,
    },
    /// A secret or variable cannot be had.
    #[error("{0}")]
    Keeper(String),
    /// There is no room to remember more.
    #[error("the server's disk is nearly full: nothing new is begun until there is room again")]
    DiskFull,
    /// The server has not begun, or is ending.
    #[error("the server is {0}: try again in a moment")]
    NotReady(&'static str),
}

/// What has to happen before a flow in that state runs.
fn until_running(status: &str) -> &'static str {
    match status {
        "stopping" => {
            "what is on its way may end, and nothing new begins; once it has stopped, it can be started again"
        }
        "starting" => "try again in a moment",
        _ => "start it first",
    }
}

/// Who decided, or why nobody has to.
fn already(approval: &Approval) -> String {
    match (approval.status, approval.decision, approval.decided_by.as_deref()) {
        (ApprovalStatus::Closed, ..) => "nobody has to decide this any more: what asked is over".to_owned(),
        (ApprovalStatus::Decided, Some(verdict), Some(by)) => {
            format!("{by} has decided already: {}", verdict.as_str())
        }
        _ => format!("the deadline has decided: {}", approval.default.as_str()),
    }
}

impl From<Unadoptable> for Error {
    fn from(why: Unadoptable) -> Self {
        match why {
            Unadoptable::NoStep { .. } | Unadoptable::NotAStep { .. } => Self::NoStep(why),
            Unadoptable::Changed { .. } | Unadoptable::TooLong => Self::CannotAdopt(why),
        }
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Journal(error) => error.kind(),
            Self::NotFound(_) => Kind::NotFound,
            Self::WrongState { .. }
            | Self::FlowNotRunning { .. }
            | Self::IdempotencyConflict
            | Self::CannotAdopt(_)
            | Self::Decided(_)
            | Self::NotOver => Kind::Conflict,
            Self::UnknownFlow { .. } | Self::AmbiguousFlow { .. } => Kind::Invalid,
            Self::InvalidFlow(_) | Self::Invalid { .. } | Self::NoStep(_) => Kind::Invalid,
            Self::Stale => Kind::Stale,
            Self::Keeper(_) | Self::NotReady(_) | Self::DiskFull => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Journal(error) => error.code(),
            Self::NotFound(_) => "not_found",
            Self::UnknownFlow { .. } => "unknown_flow",
            Self::AmbiguousFlow { .. } => "ambiguous_flow",
            Self::WrongState { .. } => "wrong_state",
            Self::FlowNotRunning { .. } => "flow_not_running",
            Self::InvalidFlow(_) => "invalid_flow",
            Self::Stale => "stale",
            Self::NotOver => "wrong_state",
            Self::Decided(approval) if approval.status == ApprovalStatus::Closed => "not_pending",
            Self::Decided(_) => "already_decided",
            Self::IdempotencyConflict => "idempotency_conflict",
            Self::CannotAdopt(_) => "cannot_replay",
            Self::Invalid { .. } | Self::NoStep(_) => "validation_error",
            Self::Keeper(_) => "unavailable",
            Self::NotReady(_) => "not_ready",
            Self::DiskFull => "disk_full",
        }
    }

    fn details(&self) -> Option<Json> {
        match self {
            Self::WrongState { status, .. } | Self::FlowNotRunning { status } => {
                Some(json!({ "status": status }))
            }
            Self::InvalidFlow(diagnostics) => Some(json!({ "diagnostics": diagnostics })),
            Self::Invalid { field, message } => Some(json!({ *field: message })),
            Self::NoStep(why) => Some(json!({ "fromStep": why.to_string() })),
            Self::Decided(approval) => Some(json!({
                "status": approval.status,
                "decision": approval.decision,
                "decidedBy": approval.decided_by,
                "decidedAt": approval.decided_at,
            })),
            Self::CannotAdopt(Unadoptable::Changed { listener: Some(listener), .. }) => {
                Some(json!({ "listener": listener }))
            }
            _ => None,
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Journal(error) => error.retry_after_s(),
            Self::Keeper(_) | Self::NotReady(_) => Some(1),
            Self::DiskFull => Some(30),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flow_that_does_not_run_says_what_has_to_happen() {
        let said = |status| Error::FlowNotRunning { status }.to_string();
        assert_eq!(said("stopped"), "the flow is stopped: start it first");
        assert!(said("stopping").starts_with("the flow is stopping: what is on its way may end"));
        assert_eq!(said("starting"), "the flow is starting: try again in a moment");
    }
}
