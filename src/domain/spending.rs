//! What a model's work costs, and what it may cost.

use serde::{Deserialize, Serialize};

/// The tokens of one or more turns, as the model's provider counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// All tokens sent, those from the cache included.
    pub input: u64,
    /// Of `input`: read from the provider's prompt cache.
    pub cached: u64,
    /// Of `input`: written to the provider's prompt cache.
    pub cache_written: u64,
    pub output: u64,
}

impl Usage {
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.input = self.input.saturating_add(other.input);
        self.cached = self.cached.saturating_add(other.cached);
        self.cache_written = self.cache_written.saturating_add(other.cache_written);
        self.output = self.output.saturating_add(other.output);
    }
}

/// What was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// Answers of a model that were paid for.
    pub turns: u32,
    pub usage: Usage,
    /// Millionths of a US dollar, for the turns whose price is known.
    pub micro_dollars: u64,
    /// Turns whose price is not known.
    pub unpriced_turns: u32,
    /// Wall time, in milliseconds.
    pub millis: u64,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.turns = self.turns.saturating_add(other.turns);
        self.usage += other.usage;
        self.micro_dollars = self.micro_dollars.saturating_add(other.micro_dollars);
        self.unpriced_turns = self.unpriced_turns.saturating_add(other.unpriced_turns);
        self.millis = self.millis.saturating_add(other.millis);
    }
}

/// What may be spent; `None` is without a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Allowance {
    pub turns: Option<u32>,
    /// Input and output together.
    pub tokens: Option<u64>,
    pub micro_dollars: Option<u64>,
    pub millis: Option<u64>,
}

/// The kinds of things an allowance bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Turns,
    Tokens,
    Money,
    Time,
}

/// Who pays, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    Step,
    Run,
    RepositoryToday,
    ServerToday,
}

/// A limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhausted {
    pub payer: Payer,
    pub bound: Bound,
    pub spent: Spent,
    pub allowance: Allowance,
}

impl Allowance {
    /// The first bound that was reached.
    pub fn reached(&self, spent: &Spent) -> Option<Bound> {
        let over = |limit: Option<u64>, spent: u64| limit.is_some_and(|limit| spent >= limit);
        if over(self.turns.map(u64::from), u64::from(spent.turns)) {
            Some(Bound::Turns)
        } else if over(self.tokens, spent.usage.total()) {
            Some(Bound::Tokens)
        } else if over(self.micro_dollars, spent.micro_dollars) {
            Some(Bound::Money)
        } else if over(self.millis, spent.millis) {
            Some(Bound::Time)
        } else {
            None
        }
    }

    /// The narrower of both, bound by bound.
    pub fn within(self, other: Self) -> Self {
        fn least<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            }
        }
        Self {
            turns: least(self.turns, other.turns),
            tokens: least(self.tokens, other.tokens),
            micro_dollars: least(self.micro_dollars, other.micro_dollars),
            millis: least(self.millis, other.millis),
        }
    }

    /// The same, so many times over.
    pub fn times(self, factor: u32) -> Self {
        let more = |limit: Option<u64>| limit.map(|limit| limit.saturating_mul(u64::from(factor)));
        Self {
            turns: self.turns.map(|turns| turns.saturating_mul(factor)),
            tokens: more(self.tokens),
            micro_dollars: more(self.micro_dollars),
            millis: more(self.millis),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_reached_when_all_of_it_is_spent() {
        let limit = Allowance { turns: Some(2), tokens: Some(100), micro_dollars: None, millis: Some(1000) };
        let spent = |turns, input, millis| Spent { turns, usage: Usage { input, ..Usage::default() }, millis, ..Spent::default() };
        assert_eq!(limit.reached(&spent(1, 99, 999)), None);
        assert_eq!(limit.reached(&spent(2, 99, 999)), Some(Bound::Turns));
        assert_eq!(limit.reached(&spent(1, 100, 999)), Some(Bound::Tokens));
        assert_eq!(limit.reached(&spent(1, 0, 1000)), Some(Bound::Time));
        assert_eq!(limit.times(2).reached(&spent(2, 100, 1000)), None);
        let narrow = limit.within(Allowance { turns: Some(5), tokens: Some(50), ..Allowance::default() });
        assert_eq!((narrow.turns, narrow.tokens, narrow.millis), (Some(2), Some(50), Some(1000)));
    }
}
