use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::{Error, Result};

/// One kind of thing that a personal token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
pub enum Scope {
    /// Look at flows, executions, usage.
    #[schema(rename = "read")]
    Read,
    /// Change flows, triggers, secrets, variables.
    #[schema(rename = "write")]
    Write,
    /// Start executions.
    #[schema(rename = "run")]
    Run,
    /// Change tokens, provider keys, billing.
    #[schema(rename = "admin")]
    Admin,
    /// Everything, also what is added later.
    #[schema(rename = "*")]
    All,
}

/// What a personal token may do: at least one scope, sorted, each once; none includes another, but `*` all.
#[derive(Debug, Clone, PartialEq, Eq, ToSchema)]
#[schema(min_items = 1)]
pub struct Scopes(Vec<Scope>);

impl Scope {
    const EVERY: [Self; 5] = [Self::Read, Self::Write, Self::Run, Self::Admin, Self::All];

    /// The word in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Run => "run",
            Self::Admin => "admin",
            Self::All => "*",
        }
    }
}

impl Scopes {
    /// These scopes; an empty list is refused, because a token that may do nothing is a mistake.
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Result<Self> {
        let mut scopes: Vec<_> = scopes.into_iter().collect();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(Error::invalid("scopes", "name at least one of read, write, run, admin, *"));
        }
        Ok(Self(scopes))
    }

    /// Everything.
    pub fn all() -> Self {
        Self(vec![Scope::All])
    }

    /// Whether they include one.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&Scope::All) || self.0.contains(&scope)
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// From the database; a word that this program does not know (a newer one wrote it) gives nothing.
    pub(super) fn from_column(words: &str) -> Self {
        Self(words.split(' ').filter_map(|word| word.parse().ok()).collect())
    }

    pub(super) fn to_column(&self) -> String {
        self.0.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Self::EVERY.into_iter().find(|scope| scope.as_str() == word).ok_or_else(|| {
            Error::invalid("scopes", format!("`{word}` is none; use read, write, run, admin or *"))
        })
    }
}

impl FromStr for Scopes {
    type Err = Error;

    /// Reads words separated by commas or spaces, as the command line takes them.
    fn from_str(words: &str) -> Result<Self> {
        let words = words.split([',', ' ']).filter(|word| !word.is_empty());
        Self::new(words.map(str::parse).collect::<Result<Vec<Scope>>>()?)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|scope| scope.as_str()))
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let scopes: Result<Vec<Scope>> = words.iter().map(|word| word.parse()).collect();
        scopes.and_then(Self::new).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_allows_itself_and_the_star_everything() {
        let scopes: Scopes = "run,read read".parse().unwrap();
        assert!(scopes.allow(Scope::Read) && scopes.allow(Scope::Run));
        assert!(!scopes.allow(Scope::Write) && !scopes.allow(Scope::Admin) && !scopes.allow(Scope::All));
        assert!(Scope::EVERY.into_iter().all(|scope| Scopes::all().allow(scope)));
    }

    #[test]
    fn scopes_are_read_as_they_are_written() {
        let scopes: Scopes = "admin write".parse().unwrap();
        assert_eq!(Scopes::from_column(&scopes.to_column()), scopes);
        let json = serde_json::to_value(&scopes).unwrap();
        assert_eq!(json, serde_json::json!(["write", "admin"]));
        assert_eq!(serde_json::from_value::<Scopes>(json).unwrap(), scopes);
    }

    #[test]
    fn unknown_words_and_empty_lists_are_refused() {
        for bad in ["", " ", "reads", "READ", "read;write"] {
            assert!(bad.parse::<Scopes>().is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Scopes>("[]").is_err());
        assert!(serde_json::from_str::<Scopes>("[\"root\"]").is_err());
    }

    #[test]
    fn a_scope_of_a_newer_program_gives_nothing() {
        let scopes = Scopes::from_column("read teleport");
        assert!(scopes.allow(Scope::Read) && !scopes.allow(Scope::Admin));
    }
}
