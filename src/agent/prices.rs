//! What tokens cost. A model that is not in the table is not guessed at: its turns count as unpriced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::Usage;

/// Millionths of a US dollar for a million tokens: 3,000,000 is three dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// Input that neither came from the provider's cache nor was written to it.
    pub input: u64,
    pub output: u64,
    pub cache_read: u64,
    pub cache_write: u64,
    /// What is written to be kept for an hour; `None` when nobody has said what that costs.
    #[serde(default)]
    pub cache_write_hour: Option<u64>,
    /// Tokens of the longest input for which these prices hold; nobody has said what longer ones cost.
    #[serde(default)]
    pub up_to: Option<u64>,
}

impl Prices {
    /// Millionths of a US dollar, rounded up; `None` for an input that is longer than the prices are for.
    pub fn of(&self, usage: Usage) -> Option<u64> {
        self.with_hours(usage, 0)
    }

    /// The same, where so many of the tokens written to the cache are kept there for an hour.
    pub fn with_hours(&self, usage: Usage, hours: u64) -> Option<u64> {
        if self.up_to.is_some_and(|most| usage.input > most) {
            return None;
        }
        let fresh = usage.input.saturating_sub(usage.cached).saturating_sub(usage.cache_written);
        let hours = hours.min(usage.cache_written);
        let hour = if hours > 0 { self.cache_write_hour? } else { 0 };
        let parts = [
            (fresh, self.input),
            (usage.cached, self.cache_read),
            (usage.cache_written - hours, self.cache_write),
            (hours, hour),
            (usage.output, self.output),
        ];
        let total: u128 = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(*price)).sum();
        Some(u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }
}

/// What the models of one provider cost: as the operator says, else as it is published.
#[derive(Debug, Clone, Default)]
pub struct PriceList {
    /// As `provider:model` names it.
    pub provider: String,
    /// By `provider:model`.
    pub own: BTreeMap<String, Prices>,
}

impl PriceList {
    /// `provider:model`.
    pub fn name(&self, model: &str) -> String {
        format!("{}:{model}", self.provider)
    }

    /// The price of an answer by the model that it names; of the one that was asked for where the operator knows that one only, or where
    /// the answer names none.
    pub fn of(&self, asked: Option<&str>, answered: Option<&str>) -> Option<Prices> {
        let own = |model: &str| self.own.iter().find(|(name, _)| is(&self.name(model), name)).map(|(_, prices)| *prices);
        let said = [answered, asked].into_iter().flatten().find_map(own);
        said.or_else(|| built_in(&self.provider, answered.or(asked)?))
    }
}

/// Whether a model is the one of this name; a dated one (`claude-sonnet-4-5-20250929`) is.
fn is(model: &str, name: &str) -> bool {
    model.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.strip_prefix("-20").is_some_and(is_date))
}

/// The built-in price of a provider's model; a dated name (`claude-sonnet-4-5-20250929`) counts as the model itself.
pub fn built_in(provider: &str, model: &str) -> Option<Prices> {
    let provider = if provider == "openai-responses" { "openai" } else { provider };
    let row = TABLE.iter().find(|row| row.0 == provider && is(model, row.1))?;
    let micro = |dollars: f64| (dollars * 1e6).round() as u64;
    let [input, output, cache_read, cache_write] = row.2.map(micro);
    let up_to = UP_TO.iter().find(|(start, _)| row.1.starts_with(start)).map(|(_, tokens)| *tokens);
    // https://platform.claude.com/docs/en/about-claude/pricing: twice the input's price, for every model.
    let cache_write_hour = (provider == "anthropic").then_some(2 * input);
    Some(Prices { input, output, cache_read, cache_write, cache_write_hour, up_to })
}

fn is_date(rest: &str) -> bool {
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Models whose longer inputs cost more, by how their names begin, and tokens up to which the table holds. The pages are those of the table.
const UP_TO: [(&str, u64); 3] = [("claude-haiku-5-5", 100_000), ("gpt-5.4", 272_000), ("gpt-6", 272_000)];

/// Provider, model, and US dollars for a million tokens: input, output, cache read, cache write. As published in November 2026.
const TABLE: &[(&str, &str, [f64; 4])] = &[
    // https://platform.claude.com/docs/en/about-claude/pricing, cache writes for five minutes
    ("anthropic", "claude-fable-5-1", [10.0, 50.0, 0.25, 12.5]),
    ("anthropic", "claude-fable-5", [10.0, 50.0, 1.0, 12.5]),
    ("anthropic", "claude-opus-5", [5.0, 25.0, 0.5, 6.25]),
    ("anthropic", "claude-opus-4-8", [5.0, 25.0, 0.5, 6.25]),
    ("anthropic", "claude-opus-4-7", [5.0, 25.0, 0.5, 6.25]),
    ("anthropic", "claude-opus-4-6", [5.0, 25.0, 0.5, 6.25]),
    ("anthropic", "claude-opus-4-5", [5.0, 25.0, 0.5, 6.25]),
    ("anthropic", "claude-opus-4-1", [15.0, 75.0, 1.5, 18.75]),
    ("anthropic", "claude-haiku-4-5", [1.0, 5.0, 0.1, 1.25]),
    // https://platform.claude.com/docs/en/models/opus-5-5/overview
    ("anthropic", "claude-opus-5-5", [4.0, 20.0, 0.2, 5.0]),
    // https://platform.claude.com/docs/en/models/sonnet-5-5/overview, its cache reads as lowered on 7 October 2026
    ("anthropic", "claude-sonnet-5-5", [2.0, 10.0, 0.1, 2.5]),
    // https://platform.claude.com/docs/en/models/sonnet-5/overview
    ("anthropic", "claude-sonnet-5", [2.0, 10.0, 0.2, 2.5]),
    // https://platform.claude.com/docs/en/about-claude/pricing, the lower of its two rates
    ("anthropic", "claude-haiku-5-5", [0.1, 0.5, 0.01, 0.125]),
    // https://developers.openai.com/api/docs/models/gpt-6.2-sol
    ("openai", "gpt-6.2-sol", [2.0, 10.0, 0.1, 2.5]),
    // https://openai.com/api/pricing/ (standard tier; writing to the cache costs no more than input)
    ("openai", "gpt-5", [1.25, 10.0, 0.125, 1.25]),
    ("openai", "gpt-5-mini", [0.25, 2.0, 0.025, 0.25]),
    ("openai", "gpt-5-nano", [0.05, 0.4, 0.005, 0.05]),
    ("openai", "gpt-5.1", [1.25, 10.0, 0.125, 1.25]),
    ("openai", "gpt-5.4-mini", [0.75, 4.5, 0.075, 0.75]),
    ("openai", "gpt-5.4-nano", [0.2, 1.25, 0.02, 0.2]),
    ("openai", "gpt-4.1", [2.0, 8.0, 0.5, 2.0]),
    ("openai", "gpt-4.1-mini", [0.4, 1.6, 0.1, 0.4]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_the_cache_costs_its_own_price() {
        let prices = built_in("anthropic", "claude-opus-5-5").unwrap();
        let usage = Usage { input: 1_000_000, cached: 600_000, cache_written: 100_000, output: 10_000 };
        // 0.3 million at 4 dollars, 0.6 at 0.20, 0.1 at 5, and 0.01 at 20.
        assert_eq!(prices.of(usage), Some(1_200_000 + 120_000 + 500_000 + 200_000));
    }

    #[test]
    fn a_dated_name_is_the_model_and_an_unknown_one_is_not_guessed() {
        assert!(built_in("anthropic", "claude-haiku-4-5-20251001").is_some());
        assert_eq!(built_in("openai-responses", "gpt-5-2025-08-07"), built_in("openai", "gpt-5"));
        assert_eq!(built_in("anthropic", "claude-nobody-9"), None);
        assert_eq!(built_in("ollama", "gpt-5"), None);
    }

    #[test]
    fn what_is_kept_for_an_hour_costs_more_or_is_not_known() {
        let prices = built_in("anthropic", "claude-opus-5-5").unwrap();
        let usage = Usage { input: 1_000_000, cache_written: 1_000_000, ..Usage::default() };
        assert_eq!((prices.of(usage), prices.with_hours(usage, 400_000)), (Some(5_000_000), Some(3_000_000 + 3_200_000)));
        assert_eq!(built_in("openai", "gpt-5").unwrap().with_hours(usage, 1), None);
    }

    #[test]
    fn an_answer_is_priced_by_the_model_that_it_names_and_the_operator_comes_first() {
        let said = Prices { input: 1, output: 2, cache_read: 0, cache_write: 1, cache_write_hour: None, up_to: None };
        let own = [("openai:gpt-5".to_owned(), said), ("openai:local".to_owned(), said)].into();
        let list = PriceList { provider: "openai".into(), own };
        assert_eq!(list.of(Some("gpt-5"), Some("gpt-5-2025-08-07")), Some(said));
        assert_eq!(list.of(Some("local"), Some("/models/local.gguf")), Some(said));
        assert_eq!(list.of(Some("gpt-4.1"), Some("gpt-5-mini")), built_in("openai", "gpt-5-mini"));
        assert_eq!(list.of(Some("gpt-5-mini"), None), built_in("openai", "gpt-5-mini"));
        assert_eq!(list.of(Some("gpt-5-mini"), Some("something-else")), None, "another model answered");
        assert_eq!(list.of(None, None), None);
    }

    #[test]
    fn an_input_that_is_longer_than_the_prices_are_for_is_not_priced() {
        let prices = built_in("anthropic", "claude-haiku-5-5").unwrap();
        assert!(prices.of(Usage { input: 100_000, ..Usage::default() }).is_some());
        assert_eq!(prices.of(Usage { input: 100_001, ..Usage::default() }), None);
    }
}
