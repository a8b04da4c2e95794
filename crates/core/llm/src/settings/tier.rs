//! What a tier may do.

use serde::Deserialize;

/// What a caller pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// Nothing.
    Free,
    /// A subscription.
    Pro,
    /// A contract.
    Enterprise,
    /// A contract for very many calls.
    HighFrequency,
}

/// The limits of one tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierLimits {
    /// Calls in any minute.
    pub requests_per_minute: u32,
    /// Tokens, read and written, in any minute.
    pub tokens_per_minute: u64,
    /// Calls at once.
    pub concurrency: u32,
    /// What an owner's calls may cost in a calendar month, in billionths of a dollar; no cap when absent.
    #[serde(default, rename = "dollars_per_month", deserialize_with = "super::file::nano_dollars")]
    pub month_nano_dollars: Option<u64>,
}

/// The limits of every tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// Of those who pay nothing.
    pub free: TierLimits,
    /// Of subscribers.
    pub pro: TierLimits,
    /// Of those with a contract.
    pub enterprise: TierLimits,
    /// Of those with a contract for very many calls.
    pub high_frequency: TierLimits,
    /// Calls at once that go with an owner's own key; nothing else about them is limited.
    pub own_key_concurrency: u32,
}

impl Tier {
    /// All of them, cheapest first.
    pub const ALL: [Self; 4] = [Self::Free, Self::Pro, Self::Enterprise, Self::HighFrequency];

    /// From its word; an unknown one is the cheapest.
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|tier| tier.as_str() == word).unwrap_or(Self::Free)
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Pro => "pro",
            Self::Enterprise => "enterprise",
            Self::HighFrequency => "high_frequency",
        }
    }

    /// Its share of a queue: how many calls it gets for one of the free tier.
    pub(crate) const fn weight(self) -> u32 {
        match self {
            Self::Free => 1,
            Self::Pro => 4,
            Self::Enterprise => 8,
            Self::HighFrequency => 16,
        }
    }

    /// Whether its owners' own provider keys are used.
    pub(crate) const fn may_bring_keys(self) -> bool {
        !matches!(self, Self::Free)
    }
}

impl Tiers {
    /// The limits of a tier.
    pub fn of(&self, tier: Tier) -> &TierLimits {
        match tier {
            Tier::Free => &self.free,
            Tier::Pro => &self.pro,
            Tier::Enterprise => &self.enterprise,
            Tier::HighFrequency => &self.high_frequency,
        }
    }

    pub(super) fn of_mut(&mut self, tier: Tier) -> &mut TierLimits {
        match tier {
            Tier::Free => &mut self.free,
            Tier::Pro => &mut self.pro,
            Tier::Enterprise => &mut self.enterprise,
            Tier::HighFrequency => &mut self.high_frequency,
        }
    }
}

impl Default for Tiers {
    /// The original system's table of tiers.
    fn default() -> Self {
        let limits = |requests_per_minute, tokens_per_minute, concurrency| TierLimits {
            requests_per_minute,
            tokens_per_minute,
            concurrency,
            month_nano_dollars: None,
        };
        Self {
            free: limits(10, 10_000, 2),
            pro: limits(60, 100_000, 10),
            enterprise: limits(300, 500_000, 50),
            high_frequency: limits(10_000, 10_000_000, 500),
            own_key_concurrency: 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_read_as_it_is_written_and_an_unknown_one_is_the_cheapest() {
        for tier in Tier::ALL {
            assert_eq!(Tier::of(tier.as_str()), tier);
        }
        assert_eq!(Tier::of("platinum"), Tier::Free);
    }
}
