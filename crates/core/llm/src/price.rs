//! What calls cost, in billionths of a dollar.
//!
//! The operator's prices go first; the rest come from the table of `genai-prices` (Pydantic, MIT), which is built in.
//! Its prices are floating-point dollars: they become whole billionths here and nowhere else.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use genai_prices::{PriceRequest, UsageKey};
use kit::Timestamp;
use serde::Deserialize;

use crate::{Settings, Usage};

const NANO: f64 = 1e9;
const MILLION: u128 = 1_000_000;

/// An operator's prices for a model, in dollars a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// Of tokens read.
    pub input: f64,
    /// Of tokens written.
    pub output: f64,
    /// Of tokens read from the provider's cache; like those read when absent.
    pub cached_input: Option<f64>,
    /// Of tokens that the provider's cache took in; like those read when absent.
    pub cache_write: Option<f64>,
}

/// The prices in force.
#[derive(Debug, Clone)]
pub(crate) struct Prices(BTreeMap<String, Rates>);

impl Prices {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self(settings.prices.clone())
    }

    /// Reads the built-in table, which the first price that is looked up there would wait for.
    pub(crate) fn read_table() {
        listed("openai", "gpt-4o", &Usage::default(), Timestamp::from_millis(0));
    }

    /// What the tokens cost; none when nobody knows the model's price.
    pub(crate) fn cost(&self, provider: &str, model: &str, usage: &Usage, at: Timestamp) -> Option<u64> {
        let named = self.0.get(&format!("{provider}/{model}")).or_else(|| self.0.get(model));
        match named {
            Some(rates) => Some(rates.cost(usage)),
            None => listed(provider, model, usage, at),
        }
    }
}

impl Rates {
    fn cost(&self, usage: &Usage) -> u64 {
        let uncached =
            usage.input_tokens.saturating_sub(usage.cached_tokens).saturating_sub(usage.cache_write_tokens);
        let parts = [
            (uncached, self.input),
            (usage.cached_tokens, self.cached_input.unwrap_or(self.input)),
            (usage.cache_write_tokens, self.cache_write.unwrap_or(self.input)),
            (usage.output_tokens, self.output),
        ];
        let total: u128 = parts.iter().map(|(tokens, rate)| u128::from(*tokens) * nano(*rate)).sum();
        u64::try_from(total.div_ceil(MILLION)).unwrap_or(u64::MAX)
    }
}

fn nano(dollars: f64) -> u128 {
    (dollars.max(0.0) * NANO).round() as u128
}

fn listed(provider: &str, model: &str, usage: &Usage, at: Timestamp) -> Option<u64> {
    let counted = genai_prices::Usage::from([
        (UsageKey::INPUT_TOKENS, usage.input_tokens as f64),
        (UsageKey::OUTPUT_TOKENS, usage.output_tokens as f64),
        (UsageKey::CACHE_READ_TOKENS, usage.cached_tokens as f64),
        (UsageKey::CACHE_WRITE_TOKENS, usage.cache_write_tokens as f64),
    ]);
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(at.as_millis()).unwrap_or(0));
    // The table's word for it.
    let provider = if provider == "xai" { "x-ai" } else { provider };
    let request = PriceRequest::new(model, &counted).with_timestamp(at).with_provider_id(provider);
    let price = genai_prices::calculate(&request).ok()?;
    Some((price.total_price.max(0.0) * NANO).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000); // 2026-09-21

    fn usage() -> Usage {
        Usage {
            input_tokens: 1_000_000,
            output_tokens: 100_000,
            cached_tokens: 400_000,
            cache_write_tokens: 100_000,
            reasoning_tokens: 50_000,
        }
    }

    fn prices(rates: &[(&str, Rates)]) -> Prices {
        Prices(rates.iter().map(|(name, rates)| ((*name).to_owned(), *rates)).collect())
    }

    #[test]
    fn an_operators_price_counts_each_kind_of_token_once() {
        let rates = Rates { input: 2.0, output: 10.0, cached_input: Some(0.2), cache_write: Some(2.5) };
        let cost = prices(&[("house/m", rates)]).cost("house", "m", &usage(), NOW);
        // 500,000 at $2 + 400,000 at $0.20 + 100,000 at $2.50 + 100,000 at $10.
        assert_eq!(cost, Some(1_000_000_000 + 80_000_000 + 250_000_000 + 1_000_000_000));
        let one = Usage { input_tokens: 1, ..Usage::default() };
        assert_eq!(prices(&[("m", rates)]).cost("house", "m", &one, NOW), Some(2_000));
    }

    #[test]
    fn known_models_have_the_tables_price_and_unknown_ones_none() {
        let plain = Usage { input_tokens: 1_000_000, output_tokens: 1_000_000, ..Usage::default() };
        for (provider, model, dollars) in [
            ("openai", "gpt-4o-mini", 0.75),
            ("anthropic", "claude-sonnet-4-20250514", 18.0),
            ("xai", "grok-3-mini", 0.8),
        ] {
            let cost = prices(&[]).cost(provider, model, &plain, NOW);
            let expected = (dollars * NANO) as u64;
            assert!(cost.is_some_and(|cost| cost.abs_diff(expected) < 1_000), "{model}: {cost:?}");
        }
        assert_eq!(prices(&[]).cost("house", "nobody-knows-it", &plain, NOW), None);
    }

    #[test]
    fn cached_tokens_cost_less_and_are_not_counted_twice() {
        let plain = Usage { input_tokens: 1_000_000, ..Usage::default() };
        let cached = Usage { cached_tokens: 1_000_000, ..plain };
        let of = |usage| prices(&[]).cost("anthropic", "claude-sonnet-4-20250514", &usage, NOW).unwrap();
        assert_eq!((of(plain), of(cached)), (3_000_000_000, 300_000_000));
    }
}
