//! What work has cost, in words.

use super::text::count;
use crate::domain::{Allowance, Bound, Exhausted, Payer, Spent};

/// `12 turns, 48,300 tokens, $0.31`.
pub fn spent(spent: &Spent) -> String {
    let turns = if spent.turns == 1 { "1 turn".to_owned() } else { format!("{} turns", spent.turns) };
    format!("{turns}, {} tokens, {}", thousands(spent.usage.total()), cost(spent))
}

/// Who wrote something: a model, or an agent with the models that answered it.
pub fn written_by(by: &str, models: &[&str]) -> String {
    if models.is_empty() { by.to_owned() } else { format!("{by} with {}", models.join(", ")) }
}

/// Tokens for a commit's trailer: `46200 in (31000 cached), 2100 out`.
pub fn tokens(spent: &Spent) -> String {
    let cached = if spent.usage.cached > 0 { format!(" ({} cached)", spent.usage.cached) } else { String::new() };
    format!("{} in{cached}, {} out", spent.usage.input, spent.usage.output)
}

/// `$0.31`; what is not known is said.
pub fn cost(spent: &Spent) -> String {
    let known = dollars(spent.micro_dollars);
    match spent.unpriced_turns {
        0 => known,
        turns if turns == spent.turns => "price unknown".to_owned(),
        1 => format!("{known} and one turn whose price is unknown"),
        turns => format!("{known} and {turns} turns whose price is unknown"),
    }
}

/// Which limit was reached, as a sentence's end: `this run's budget of $3.00 is spent`.
pub fn exhausted(exhausted: &Exhausted) -> String {
    let whose = match exhausted.payer {
        Payer::Step => "the budget of a step",
        Payer::Run => "the budget of a run",
        Payer::RepositoryToday => "what this repository may spend in a day",
        Payer::ServerToday => "what this server may spend in a day",
    };
    format!("{whose}, {}, is spent", limit(&exhausted.allowance, exhausted.bound))
}

fn limit(allowance: &Allowance, bound: Bound) -> String {
    match bound {
        Bound::Turns => count(allowance.turns.unwrap_or_default() as usize, "turn"),
        Bound::Tokens => format!("{} tokens", thousands(allowance.tokens.unwrap_or_default())),
        Bound::Money => dollars(allowance.micro_dollars.unwrap_or_default()),
        Bound::Time => count(allowance.millis.unwrap_or_default().div_ceil(60_000) as usize, "minute"),
    }
}

/// Two digits of cents, or as many as a small amount needs.
fn dollars(micro: u64) -> String {
    if micro > 0 && micro < 10_000 { format!("${:.4}", micro as f64 / 1e6) } else { format!("${:.2}", micro as f64 / 1e6) }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Usage;

    #[test]
    fn what_was_spent_is_told_and_what_is_not_known_is_said() {
        let usage = Usage { input: 46_200, cached: 31_000, cache_written: 0, output: 2_100 };
        let known = Spent { turns: 12, usage, micro_dollars: 310_000, unpriced_turns: 0, millis: 5 };
        assert_eq!(spent(&known), "12 turns, 48,300 tokens, $0.31");
        assert_eq!(tokens(&known), "46200 in (31000 cached), 2100 out");
        assert_eq!(cost(&Spent { unpriced_turns: 12, micro_dollars: 0, ..known }), "price unknown");
        assert_eq!(cost(&Spent { unpriced_turns: 1, ..known }), "$0.31 and one turn whose price is unknown");
        assert_eq!(cost(&Spent { micro_dollars: 1_234, ..known }), "$0.0012");
    }

    #[test]
    fn an_agent_is_named_with_its_models() {
        assert_eq!(written_by("anthropic:claude-opus-5-5", &[]), "anthropic:claude-opus-5-5");
        assert_eq!(written_by("codex-acp", &["openai:gpt-5", "openai:gpt-5-mini"]), "codex-acp with openai:gpt-5, openai:gpt-5-mini");
    }

    #[test]
    fn a_limit_is_named_with_whose_it_is() {
        let allowance = Allowance { turns: Some(40), tokens: Some(2_000_000), micro_dollars: Some(3_000_000), millis: Some(90_000) };
        let told = |payer, bound| exhausted(&Exhausted { payer, bound, spent: Spent::default(), allowance });
        assert_eq!(told(Payer::Step, Bound::Turns), "the budget of a step, 40 turns, is spent");
        assert_eq!(told(Payer::Run, Bound::Money), "the budget of a run, $3.00, is spent");
        assert_eq!(told(Payer::RepositoryToday, Bound::Tokens), "what this repository may spend in a day, 2,000,000 tokens, is spent");
        assert_eq!(told(Payer::ServerToday, Bound::Time), "what this server may spend in a day, 2 minutes, is spent");
    }
}
