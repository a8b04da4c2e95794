//! What tests of several handlers start from.

use engine::{Context, Kv};
use kit::{Clock, Id, Timestamp};
use tokio_util::sync::CancellationToken;

/// A first attempt, with an empty memory and no secrets.
pub(crate) fn context() -> Context {
    let flow = Id::from_u128(2);
    Context {
        execution: Id::from_u128(1),
        flow,
        owner: Id::from_u128(3),
        tier: "free".to_owned(),
        step_key: "00000000-0000-0000-0000-000000000001:7".to_owned(),
        attempt: 1,
        cancelled: CancellationToken::new(),
        secrets_used: Vec::new(),
        kv: Kv::empty(flow, Clock::manual(Timestamp::from_millis(0))),
    }
}
