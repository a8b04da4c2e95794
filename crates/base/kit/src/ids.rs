//! What ids are of: one marker a kind of row that more than one room names.

use crate::Id;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident => $alias:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}

            #[doc = concat!("The id of a [`", stringify!($name), "`].")]
            pub type $alias = Id<$name>;
        )*
    };
}

kinds! {
    /// A person, to whom rows belong.
    Owner => OwnerId;
    /// A flow.
    Flow => FlowId;
    /// One saved text of a flow that executions ran or may run.
    Version => VersionId;
    /// A trigger of a flow.
    Trigger => TriggerId;
    /// One run of a flow.
    Execution => ExecutionId;
    /// One running process of this server.
    Node => NodeId;
    /// Something that somebody should know.
    Alert => AlertId;
    /// A record of a change.
    AuditEntry => AuditEntryId;
    /// A question to a person.
    Approval => ApprovalId;
    /// A personal API token.
    Token => TokenId;
}
