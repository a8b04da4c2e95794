//! What a model can take at most for one call: what budgets have to cover.
//!
//! The figures are the vendors' own, as of November 2025. A model that is not listed counts as the largest.

use crate::Dialect;
use crate::route::Route;
use crate::wire::ANTHROPIC_DEFAULT_MAX_TOKENS;

/// The most tokens that models write in one answer, by the beginning of their names; the first that fits counts.
const WRITTEN: [(&str, u64); 8] = [
    ("gpt-3.5", 4_096),
    ("gpt-4-turbo", 4_096),
    ("gpt-4.1", 32_768),
    ("gpt-4o", 16_384),
    ("chatgpt-4o", 16_384),
    ("o1", 100_000),
    ("o3", 100_000),
    ("o4", 100_000),
];
const MOST_WRITTEN: u64 = 128_000;

/// A picture of the largest size; the small GPT-4o counts them many times over, at its lower price.
const MOST_PICTURE: u64 = 5_000;
const MOST_PICTURE_OF_4O_MINI: u64 = 50_000;

/// Tokens that an answer without a cap may have.
pub(crate) fn written_tokens(route: &Route<'_>) -> u64 {
    // A request to Anthropic has always a cap: ours where the client's had none.
    if route.provider.wire.dialect() == Dialect::Anthropic {
        return ANTHROPIC_DEFAULT_MAX_TOKENS;
    }
    let name = bare(route.model);
    WRITTEN.iter().find(|(prefix, _)| name.starts_with(prefix)).map_or(MOST_WRITTEN, |(_, tokens)| *tokens)
}

/// Tokens that a picture may have.
pub(crate) fn picture_tokens(model: &str) -> u64 {
    if bare(model).starts_with("gpt-4o-mini") { MOST_PICTURE_OF_4O_MINI } else { MOST_PICTURE }
}

/// The name without the vendor that some providers put before it.
fn bare(model: &str) -> &str {
    model.rsplit('/').next().unwrap_or(model)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    #[test]
    fn a_model_is_known_by_the_beginning_of_its_name_and_else_counts_as_the_largest() {
        let settings = Settings::from_variables(|_| None).unwrap();
        let of = |name: &str, model| {
            let provider = settings.providers.iter().find(|provider| provider.name == name).unwrap();
            written_tokens(&Route { provider, model })
        };
        assert_eq!(of("openai", "gpt-4o-2024-11-20"), 16_384);
        assert_eq!(of("openai", "gpt-4.1-mini"), 32_768);
        assert_eq!(of("together", "openai/gpt-4o"), 16_384);
        assert_eq!(of("together", "meta-llama/Llama-3-70b"), MOST_WRITTEN);
        assert_eq!(of("anthropic", "claude-x"), ANTHROPIC_DEFAULT_MAX_TOKENS);
        assert!(picture_tokens("gpt-4o-mini-2024") > picture_tokens("gpt-4o"));
    }
}
