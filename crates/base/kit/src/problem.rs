/// What sort of failure it is; the edge maps each to a status, in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Cannot be read at all: malformed JSON, invalid UTF-8, NUL in text.
    Malformed,
    /// Readable, but a value is not allowed.
    Invalid,
    /// Nobody, or nobody we know.
    Unauthenticated,
    /// Somebody, but not allowed to do this.
    Forbidden,
    /// A paid allowance is used up.
    QuotaExhausted,
    /// Does not exist, or does not exist for you.
    NotFound,
    /// Clashes with the present state.
    Conflict,
    /// The caller's copy is not the newest.
    Stale,
    /// More than a limit allows.
    TooLarge,
    /// Faster than a limit allows.
    TooMany,
    /// Not now: starting, draining, or something below is away.
    Unavailable,
    /// Our fault.
    Internal,
}

/// An error with a face for the outside: each room's error implements it; its `Display` is the message.
pub trait Problem: std::error::Error {
    /// What sort of failure it is.
    fn kind(&self) -> Kind;

    /// A stable snake_case word for programs.
    fn code(&self) -> &'static str;

    /// More for programs: the fields at fault, the present state.
    fn details(&self) -> Option<serde_json::Value> {
        None
    }

    /// After how many seconds a repetition makes sense.
    fn retry_after_s(&self) -> Option<u64> {
        None
    }
}
