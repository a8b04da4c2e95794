use std::str::FromStr;

use journal::AlertLevel;

/// What the watchdog looks for, and what it may do. The figures of the default are the original system's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watchdog {
    /// What it may do.
    pub reaction: Reaction,
    /// How often one message may pass along one way, or one call get the same answer.
    pub repeats: Levels,
    /// The share of an execution's model tokens that may be used, in percent.
    pub tokens_percent: Levels,
    /// How long nothing may happen in an execution that runs.
    pub stuck_ms: i64,
}

/// What the watchdog may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Warn, and end what is critical.
    Stop,
    /// Warn alone.
    Warn,
    /// Nothing.
    Off,
}

/// Where a warning begins, and where it is critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Levels {
    /// A warning.
    pub warning: u32,
    /// Critical.
    pub critical: u32,
}

impl Levels {
    /// How bad so much is.
    pub(super) fn level(self, reached: u32) -> Option<AlertLevel> {
        match reached {
            _ if reached >= self.critical => Some(AlertLevel::Critical),
            _ if reached >= self.warning => Some(AlertLevel::Warning),
            _ => None,
        }
    }
}

impl Default for Watchdog {
    fn default() -> Self {
        Self {
            reaction: Reaction::Stop,
            repeats: Levels { warning: 3, critical: 5 },
            tokens_percent: Levels { warning: 80, critical: 95 },
            stuck_ms: 15 * 60 * 1_000,
        }
    }
}

impl FromStr for Reaction {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "stop" => Ok(Self::Stop),
            "warn" => Ok(Self::Warn),
            "off" => Ok(Self::Off),
            _ => Err("must be stop, warn or off".to_owned()),
        }
    }
}

impl FromStr for Levels {
    type Err = String;

    /// Reads `3,5`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "must be two numbers, where it warns and where it stops, such as 3,5".to_owned();
        let (warning, critical) = text.split_once(',').ok_or_else(wrong)?;
        let number = |text: &str| text.trim().parse().map_err(|_| wrong());
        let levels = Self { warning: number(warning)?, critical: number(critical)? };
        // Once is no repetition, and what is critical was worth a warning.
        if levels.warning < 2 || levels.critical < levels.warning { Err(wrong()) } else { Ok(levels) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_rising_numbers_are_levels_and_nothing_else_is() {
        assert_eq!("3, 5".parse(), Ok(Levels { warning: 3, critical: 5 }));
        for text in ["", "3", "5,3", "1,2", "a,b", "3,5,7", "-3,5"] {
            assert!(text.parse::<Levels>().is_err(), "{text}");
        }
    }
}
