//! What a step's work may cost, and what it has cost.
//!
//! An account is something that has an allowance: the step, the run, the repository today, the server today. Work stops before the turn
//! that would go beyond any of them. Each turn is charged once: a charge has a name, by which whoever keeps the books knows it again.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use crate::domain::{Allowance, Spent};
pub use crate::domain::{Exhausted, Payer};

/// An allowance and what is spent of it. Clones share what is spent.
#[derive(Debug, Clone)]
pub struct Account {
    pub payer: Payer,
    pub allowance: Allowance,
    spent: Arc<Mutex<Spent>>,
}

impl Account {
    pub fn new(payer: Payer, allowance: Allowance, spent: Spent) -> Self {
        Self { payer, allowance, spent: Arc::new(Mutex::new(spent)) }
    }

    pub fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, spent: Spent) {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner) += spent;
    }
}

/// One turn's cost, for the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Unique, and the same when the turn is told again after a crash.
    pub name: String,
    /// `provider:model`.
    pub model: String,
    pub spent: Spent,
}

/// The accounts that pay for a step's work.
#[derive(Debug, Clone)]
pub struct Budget {
    accounts: Vec<Account>,
    books: Option<UnboundedSender<Charge>>,
}

impl Budget {
    /// `books` hears of every charge.
    pub fn new(accounts: Vec<Account>, books: Option<UnboundedSender<Charge>>) -> Self {
        Self { accounts, books }
    }

    /// Without any limit, and without books.
    pub fn unlimited() -> Self {
        Self::new(Vec::new(), None)
    }

    /// Asked before each turn: the first limit that is reached.
    pub fn exhausted(&self) -> Option<Exhausted> {
        self.accounts.iter().find_map(|account| {
            let spent = account.spent();
            let bound = account.allowance.reached(&spent)?;
            Some(Exhausted { payer: account.payer, bound, spent, allowance: account.allowance })
        })
    }

    /// The wall time that is left of the narrowest allowance.
    pub fn time_left(&self) -> Option<std::time::Duration> {
        let left = |account: &Account| Some(account.allowance.millis?.saturating_sub(account.spent().millis));
        self.accounts.iter().filter_map(left).min().map(std::time::Duration::from_millis)
    }

    /// The account whose wall time ends first, as one that is exhausted.
    pub fn narrowest_in_time(&self) -> Option<Exhausted> {
        let timed = self.accounts.iter().filter(|account| account.allowance.millis.is_some());
        let left = |account: &&Account| account.allowance.millis.map(|millis| millis.saturating_sub(account.spent().millis));
        let account = timed.min_by_key(left)?;
        let bound = crate::domain::Bound::Time;
        Some(Exhausted { payer: account.payer, bound, spent: account.spent(), allowance: account.allowance })
    }

    /// A turn was paid for.
    pub fn charge(&self, charge: Charge) {
        self.accounts.iter().for_each(|account| account.add(charge.spent));
        if let Some(books) = &self.books {
            // Nobody keeps them any more when the service stops; the transcript has the turn, and it is told again.
            drop(books.send(charge));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bound, Usage};

    #[test]
    fn a_turn_is_charged_to_every_account_and_the_narrowest_limit_is_named() {
        let (books, mut told) = tokio::sync::mpsc::unbounded_channel();
        let step = Account::new(Payer::Step, Allowance { tokens: Some(100), ..Allowance::default() }, Spent::default());
        let day = Account::new(
            Payer::ServerToday,
            Allowance { tokens: Some(1000), ..Allowance::default() },
            Spent { usage: Usage { input: 950, ..Usage::default() }, ..Spent::default() },
        );
        let budget = Budget::new(vec![step, day.clone()], Some(books));
        assert_eq!((budget.exhausted(), budget.time_left()), (None, None));
        let spent = Spent { turns: 1, usage: Usage { input: 60, output: 10, ..Usage::default() }, ..Spent::default() };
        budget.charge(Charge { name: "1".into(), model: "m".into(), spent });
        let exhausted = budget.exhausted().unwrap();
        assert_eq!((exhausted.payer, exhausted.bound), (Payer::ServerToday, Bound::Tokens));
        assert_eq!(day.spent().usage.total(), 1020);
        assert_eq!(told.try_recv().unwrap().name, "1");
        assert_eq!(Budget::unlimited().exhausted(), None);
    }

    #[test]
    fn the_time_that_is_left_is_that_of_the_narrowest_allowance() {
        let of = |payer, allowed, millis| {
            Account::new(payer, Allowance { millis: allowed, ..Allowance::default() }, Spent { millis, ..Spent::default() })
        };
        let accounts = vec![of(Payer::Step, Some(5_000), 0), of(Payer::Run, Some(9_000), 6_000), of(Payer::ServerToday, None, 0)];
        let budget = Budget::new(accounts, None);
        assert_eq!(budget.time_left(), Some(std::time::Duration::from_secs(3)));
        budget.charge(Charge { name: "1".into(), model: "m".into(), spent: Spent { millis: 4_000, ..Spent::default() } });
        assert_eq!(budget.time_left(), Some(std::time::Duration::ZERO));
    }
}
