//! Who pays for a step, and the books in which every turn is entered once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;

use super::{Engine, Failure};
use crate::agent::budget::{Account, Budget, Charge};
use crate::agent::charges;
use crate::agent::transcript::Transcript;
use crate::domain::{Allowance, Payer, RepoName, Timestamp};
use crate::store::ChargeRow;
use crate::workflow::Run;

const DAY: i64 = 24 * 3600 * 1000;

/// What may be spent, as the operator says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allowances {
    pub step: Allowance,
    pub run: Allowance,
    pub repository_day: Allowance,
    pub server_day: Allowance,
}

/// The accounts of the day, shared by all runs that are worked on.
#[derive(Debug, Default)]
pub(super) struct Days(Mutex<HashMap<(i64, Option<RepoName>), Account>>);

impl Days {
    fn known(&self, key: &(i64, Option<RepoName>)) -> Option<Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Of two that were opened at once, the first counts.
    fn open(&self, key: (i64, Option<RepoName>), account: Account) -> Account {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.retain(|(day, _), _| *day >= key.0);
        accounts.entry(key).or_insert(account).clone()
    }
}

impl Engine {
    /// The accounts that pay for a step: what was booked is spent already. Charges come out of the other end, to be booked.
    async fn budget(&self, run: &Run, step: usize) -> Result<(Budget, mpsc::UnboundedReceiver<Charge>), Failure> {
        let store = self.store();
        let allowances = self.parts.means.as_ref().map(|means| means.allowances).unwrap_or_default();
        let own = run.plan.as_ref().map(|plan| plan.repository.clone()).unwrap_or_default();
        // Each time that a person lets a run go on it may spend as much again.
        let times = run.renewals.saturating_add(1);
        let step_account =
            Account::new(Payer::Step, allowances.step.within(own.step).times(times), store.spent_by_step(&run.id, step).await?);
        let run_account = Account::new(Payer::Run, allowances.run.within(own.run).times(times), store.spent_by_run(&run.id).await?);
        let repository = self.account_of_day(Some(&run.repo), allowances.repository_day).await?;
        let server = self.account_of_day(None, allowances.server_day).await?;
        let (books, charges) = mpsc::unbounded_channel();
        Ok((Budget::new(vec![step_account, run_account, repository, server], Some(books)), charges))
    }

    async fn account_of_day(&self, repo: Option<&RepoName>, allowance: Allowance) -> Result<Account, Failure> {
        let day = self.now().0.div_euclid(DAY);
        let key = (day, repo.cloned());
        if let Some(account) = self.days.known(&key) {
            return Ok(account);
        }
        let since = Timestamp(day * DAY);
        let (payer, spent) = match repo {
            Some(repo) => (Payer::RepositoryToday, self.store().spent_by_repository(repo, since).await?),
            None => (Payer::ServerToday, self.store().spent_since(since).await?),
        };
        Ok(self.days.open(key, Account::new(payer, allowance, spent)))
    }

    /// Enters what a crash kept from the books, and opens the accounts that pay from now on: see [`Engine::budget`].
    pub(super) async fn open_books(
        &self,
        run: &Run,
        step: usize,
        transcript: &Transcript,
    ) -> Result<(Budget, mpsc::UnboundedReceiver<Charge>), Failure> {
        let (told, mut untold) = mpsc::unbounded_channel();
        charges::recharge(transcript, &Budget::new(Vec::new(), Some(told)));
        while let Ok(charge) = untold.try_recv() {
            self.book(run, step, charge).await?;
        }
        self.budget(run, step).await
    }

    /// Does the work, and books what it costs as it goes.
    pub(super) async fn booking<T>(
        &self,
        run: &Run,
        step: usize,
        charges: &mut mpsc::UnboundedReceiver<Charge>,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        tokio::pin!(work);
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                Some(charge) = charges.recv() => self.book(run, step, charge).await?,
            }
        };
        while let Ok(charge) = charges.try_recv() {
            self.book(run, step, charge).await?;
        }
        Ok(done)
    }

    /// Enters a charge. One that was entered before stays as it is.
    async fn book(&self, run: &Run, step: usize, charge: Charge) -> Result<(), Failure> {
        let row = ChargeRow {
            name: charge.name,
            at: self.now(),
            repo: run.repo.clone(),
            run: run.id.clone(),
            step,
            model: charge.model,
            spent: charge.spent,
        };
        self.store().charge(&row).await?;
        Ok(())
    }
}
