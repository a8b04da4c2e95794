use std::path::PathBuf;

use crate::{Error, Result};

/// Which database, and how much of it this process may use.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where it is.
    pub target: Target,
    /// Connections that read (SQLite) or all connections (PostgreSQL).
    pub connections: usize,
    /// How long one statement may wait for a connection or a lock, in milliseconds.
    pub timeout_ms: u64,
}

/// A database's place.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A file.
    Sqlite(PathBuf),
    /// A server; the text holds the password.
    Postgres(String),
}

impl Settings {
    /// The defaults for a `DATABASE_URL`.
    pub fn from_url(url: &str) -> Result<Self> {
        let target = Target::parse(url)?;
        let connections = if matches!(target, Target::Sqlite(_)) { 4 } else { 16 };
        Ok(Self { target, connections, timeout_ms: 5_000 })
    }
}

impl Target {
    fn parse(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")) {
            if path.is_empty() || path.starts_with(":memory:") {
                return Err(Error::BadUrl("names no file".to_owned()));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Error::BadUrl("is neither SQLite's nor PostgreSQL's".to_owned()))
    }
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            // The address without the user and the password.
            Self::Postgres(url) => {
                write!(f, "postgres://***@{}", url.rsplit('@').next().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_chooses_the_database_and_hides_its_password() {
        assert_eq!(Target::parse("sqlite://data/x.db").unwrap(), Target::Sqlite("data/x.db".into()));
        assert_eq!(Target::parse("sqlite:///var/x.db").unwrap(), Target::Sqlite("/var/x.db".into()));
        let server = Target::parse("postgres://me:pa@ss@host/db").unwrap();
        assert_eq!(format!("{server:?}"), "postgres://***@host/db");
        for bad in ["", "mysql://x", "sqlite://", "sqlite://:memory:"] {
            assert!(Target::parse(bad).is_err(), "{bad}");
        }
    }
}
