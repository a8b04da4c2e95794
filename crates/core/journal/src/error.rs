use kit::{Kind, Problem};

/// What can go wrong in the journal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Another node runs this execution now; what was to be written was not.
    #[error("the execution has passed to another node")]
    StaleEpoch,
    /// The flow was stopped, or runs another version now; what was to be started was not.
    #[error("the flow was stopped or changed meanwhile")]
    FlowChanged,
    /// A hard monthly limit of runs is used up.
    #[error("this month's {limit} runs are used up: wait for the next month or upgrade the tier")]
    RunQuota {
        /// Runs a month.
        limit: u64,
    },
    /// The tick of a schedule has fired already, here or on another node.
    #[error("the tick has fired already")]
    TickTaken,
    /// The delivery has made an execution already.
    #[error("the delivery has been taken already")]
    KeyTaken,
    /// The tier's number of flows is reached.
    #[error("the tier allows {limit} flows: delete one or upgrade the tier")]
    FlowLimit {
        /// Flows at a time.
        limit: u32,
    },
    /// What stands in the journal cannot be read by this program.
    #[error("the journal of {execution} cannot be read at {seq}: {reason}")]
    Unreadable {
        /// Which execution.
        execution: String,
        /// Which event.
        seq: i64,
        /// Why.
        reason: String,
    },
    /// The writer has stopped: the server is closing.
    #[error("the server is closing")]
    Closing,
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Db(error) => error.kind(),
            Self::StaleEpoch | Self::FlowChanged | Self::TickTaken | Self::KeyTaken => Kind::Conflict,
            Self::RunQuota { .. } => Kind::QuotaExhausted,
            Self::FlowLimit { .. } => Kind::Forbidden,
            Self::Unreadable { .. } => Kind::Internal,
            Self::Closing => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Db(error) => error.code(),
            Self::StaleEpoch => "stale_epoch",
            Self::FlowChanged => "flow_changed",
            Self::TickTaken => "tick_taken",
            Self::KeyTaken => "key_taken",
            Self::RunQuota { .. } => "run_quota",
            Self::FlowLimit { .. } => "flow_limit",
            Self::Unreadable { .. } => "internal_error",
            Self::Closing => "closing",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Db(error) => error.retry_after_s(),
            Self::Closing => Some(1),
            _ => None,
        }
    }
}
