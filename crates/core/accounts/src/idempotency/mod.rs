//! Requests that carry an `Idempotency-Key`: done once, answered the same each time.
//!
//! The caller calls [`Idempotency::begin`] before the work. A [`Begin::Fresh`] is followed by
//! [`Idempotency::finish`] with the answer, or by [`Idempotency::abandon`] when there is none to keep.

mod abandon;
mod begin;
mod finish;

use std::fmt;

use kit::ids::OwnerId;
use kit::{Secret, Timestamp};

use crate::Accounts;

/// How long an answer is kept.
pub(crate) const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

/// The memory of repeated requests.
#[derive(Debug, Clone)]
pub struct Idempotency(Accounts);

/// What is to be done with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// It is to be done, and this claim ended.
    Fresh(Claim),
    /// It was done; this is what was answered.
    Replay(Answer),
    /// The key belongs to another request: 409 `idempotency_conflict`.
    Conflict,
    /// The same request is being done just now.
    InProgress,
}

/// The right to answer a request. It is lost to a repetition after a minute without an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    owner: OwnerId,
    key: String,
    begun_at: Timestamp,
}

/// What was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body. It may hold a new token, and is sealed at rest.
    pub body: Vec<u8>,
}

impl Accounts {
    /// The memory of repeated requests.
    pub fn idempotency(&self) -> Idempotency {
        Idempotency(self.clone())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = Secret::new(self.body.clone());
        f.debug_struct("Answer").field("status", &self.status).field("body", &body).finish_non_exhaustive()
    }
}
