use kit::ids::FlowId;

/// Where a secret or a variable belongs: to all flows of its owner, or to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// All flows of the owner.
    Owner,
    /// One flow; that it is the owner's is checked by the caller.
    Flow(FlowId),
}

impl Place {
    /// The column `flow_id`: empty for the owner's.
    pub(crate) fn column(self) -> String {
        match self {
            Self::Owner => String::new(),
            Self::Flow(flow) => flow.to_string(),
        }
    }
}
