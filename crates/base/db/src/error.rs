use kit::{Kind, Problem};

/// What can go wrong between a room and its database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `DATABASE_URL` is not one.
    #[error("DATABASE_URL {0}: use sqlite://path/to/file.db or postgres://user:password@host/name")]
    BadUrl(String),
    /// `REDIS_URL` is not one.
    #[error(
        "REDIS_URL is no address of a Redis or Valkey: use redis://:password@host:6379, or rediss:// for TLS"
    )]
    BadSharedUrl,
    /// Away, busy for too long, or closing.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// No room is left to write; what was to be written was not.
    #[error("the database's disk is full: {0}")]
    Full(String),
    /// Its migrations are ahead of this program's.
    #[error(
        "the database is at migration {found}, this program knows {known}: run the newer bloxserver that migrated it, or restore a backup"
    )]
    Newer {
        /// The last migration in the database.
        found: i64,
        /// The last migration of this program.
        known: i64,
    },
    /// It lacks a migration that came before others it has.
    #[error(
        "the database lacks migration {missing}, though it is at {found}: an unfinished version of the program made it; restore a backup, or begin with a new one"
    )]
    Gap {
        /// The one that it lacks.
        missing: i64,
        /// The last migration in the database.
        found: i64,
    },
    /// It lacks migrations and was not to be changed.
    #[error("the database is at migration {found}, this program needs {known}: run `bloxserver migrate`")]
    Older {
        /// The last migration in the database.
        found: i64,
        /// The last migration of this program.
        known: i64,
    },
    /// The file is not a sound SQLite database.
    #[error(
        "{path} is damaged and was left as it is ({reason}): restore it from a backup, or move it away to start anew"
    )]
    Damaged {
        /// Where it lies.
        path: String,
        /// What the check said.
        reason: String,
    },
    /// A migration failed.
    #[error("migration failed: {0}")]
    Migration(String),
    /// A copy could not be made.
    #[error("no backup was made: {0}")]
    Backup(String),
    /// A value is taken already.
    #[error("{statement}: already exists ({constraint})")]
    Unique {
        /// Which statement.
        statement: &'static str,
        /// What the database names.
        constraint: String,
    },
    /// A row refers to one that is not there.
    #[error("{statement}: refers to a row that does not exist")]
    ForeignKey {
        /// Which statement.
        statement: &'static str,
    },
    /// A row that had to be there was not: nothing of the transaction happened.
    #[error("{statement}: a row that it needs is not there")]
    Unmet {
        /// Which statement.
        statement: &'static str,
    },
    /// The database refused a statement.
    #[error("{statement}: {reason}")]
    Refused {
        /// Which statement.
        statement: &'static str,
        /// What the database said.
        reason: String,
    },
    /// A column does not hold what the code expects.
    #[error("column {column} holds {found}, not {expected}")]
    Column {
        /// Its place in the row.
        column: usize,
        /// What stands there.
        found: &'static str,
        /// What was asked for.
        expected: &'static str,
    },
    /// One row was expected and there was none.
    #[error("{0}: no row")]
    NoRow(&'static str),
}

impl Error {
    /// Whether a unique key stopped the statement.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Unique { .. })
    }

    /// Whether a missing referenced row stopped the statement.
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self, Self::ForeignKey { .. })
    }
}

impl Problem for Error {
    fn kind(&self) -> Kind {
        match self {
            Self::Unavailable(_) | Self::Full(_) => Kind::Unavailable,
            Self::Unique { .. } => Kind::Conflict,
            _ => Kind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable(_) => "database_unavailable",
            Self::Full(_) => "disk_full",
            Self::Unique { .. } => "already_exists",
            _ => "internal_error",
        }
    }

    fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Unavailable(_) => Some(1),
            // Somebody has to make room.
            Self::Full(_) => Some(30),
            _ => None,
        }
    }
}
