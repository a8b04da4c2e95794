use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Error;

/// What a user pays for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Nothing.
    #[default]
    Free,
    /// A subscription, with overage.
    Pro,
    /// A contract.
    Enterprise,
    /// A contract for very many runs.
    HighFrequency,
}

/// How many runs a month a tier includes, and what happens after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunsLimit {
    /// The next run is refused.
    Hard(u64),
    /// The next run is charged for.
    Soft(u64),
    /// There is no next.
    Unlimited,
}

impl Tier {
    /// All tiers, cheapest first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Pro, Self::Enterprise, Self::HighFrequency];

    /// How many flows its user may have (the original system's figures).
    pub const fn flows_limit(self) -> u32 {
        match self {
            Self::Free => 1,
            Self::Pro => 100,
            Self::Enterprise | Self::HighFrequency => 1_000,
        }
    }

    /// How many runs a month its user may start (the original system's figures).
    pub const fn runs_limit(self) -> RunsLimit {
        match self {
            Self::Free => RunsLimit::Hard(1_000),
            Self::Pro => RunsLimit::Soft(100_000),
            Self::Enterprise | Self::HighFrequency => RunsLimit::Unlimited,
        }
    }

    /// The word in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
            Self::HighFrequency => "high_frequency",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Tier {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|tier| tier.as_str() == word).ok_or_else(|| {
            Error::invalid("tier", format!("`{word}` is none; use free, pro, enterprise or high_frequency"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_read_as_it_is_written() {
        for tier in Tier::ALL {
            assert_eq!(tier.to_string().parse::<Tier>().unwrap(), tier);
            assert_eq!(serde_json::to_value(tier).unwrap(), tier.as_str());
        }
        for word in ["", "Pro", "PRO", "gold", "high-frequency"] {
            assert!(word.parse::<Tier>().is_err(), "{word}");
        }
    }

    #[test]
    fn limits_are_those_of_the_contract() {
        assert_eq!(Tier::ALL.map(Tier::flows_limit), [1, 100, 1_000, 1_000]);
        assert_eq!(Tier::Free.runs_limit(), RunsLimit::Hard(1_000));
        assert_eq!(Tier::Pro.runs_limit(), RunsLimit::Soft(100_000));
        assert_eq!(Tier::Enterprise.runs_limit(), RunsLimit::Unlimited);
        assert_eq!(Tier::HighFrequency.runs_limit(), RunsLimit::Unlimited);
    }
}
