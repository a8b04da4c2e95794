use std::str::FromStr;

use accounts::Tier;

/// A natural number for each tier: one for all, `30`, or by name, `free=7,pro=30,90`, where the last is for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PerTier([u64; Tier::ALL.len()]);

impl PerTier {
    /// The number of a tier; `None` for 0, which stands for no limit.
    pub(crate) fn of(&self, tier: Tier) -> Option<u64> {
        let at = Tier::ALL.iter().position(|known| *known == tier)?;
        self.0.get(at).copied().filter(|number| *number > 0)
    }
}

impl FromStr for PerTier {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut numbers = [None; Tier::ALL.len()];
        let mut others = None;
        for part in text.split(',').map(str::trim) {
            match part.split_once('=') {
                Some((name, number)) => {
                    let known = Tier::ALL.iter().position(|tier| tier.as_str() == name.trim());
                    let at = known.ok_or_else(|| refused(&format!("`{name}` is no tier")))?;
                    numbers[at] = Some(natural(number)?);
                }
                None => others = Some(natural(part)?),
            }
        }
        let mut all = [0; Tier::ALL.len()];
        for ((number, slot), tier) in numbers.iter().zip(&mut all).zip(Tier::ALL) {
            *slot = number.or(others).ok_or_else(|| refused(&format!("there is no number for {tier}")))?;
        }
        Ok(Self(all))
    }
}

fn natural(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| refused(&format!("`{text}` is no number")))
}

fn refused(reason: &str) -> String {
    format!(
        "{reason}; must be a number, or such as free=7,pro=30,90, where the last is for all others; 0 is no limit"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_for_all_and_a_name_goes_before_it() {
        let all: PerTier = "30".parse().unwrap();
        assert!(Tier::ALL.iter().all(|tier| all.of(*tier) == Some(30)));
        let some: PerTier = "free=7, pro=0, 90".parse().unwrap();
        let found = Tier::ALL.map(|tier| some.of(tier));
        assert_eq!(found, [Some(7), None, Some(90), Some(90)]);
    }

    #[test]
    fn what_is_left_out_or_misspelt_is_said() {
        for (text, said) in [
            ("", "no number"),
            ("free=7", "there is no number for pro"),
            ("gold=1,2", "`gold` is no tier"),
            ("-1", "`-1` is no number"),
        ] {
            let error = text.parse::<PerTier>().unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
