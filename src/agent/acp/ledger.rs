//! What an agent's work leaves behind: its updates in the transcript, its costs there and in the books.

use std::time::Duration;

use tokio::time::Instant;

use super::gateway::{Billed, Gateway, Passed};
use super::session::Heard;
use super::unwritten;
use super::updates::Updates;
use crate::agent::Error;
use crate::agent::budget::Budget;
use crate::agent::charges;
use crate::agent::prices::PriceList;
use crate::agent::transcript::{Entry, Reply, Transcript};
use crate::domain::Spent;

/// How long the cost of answers that were broken off is waited for.
const LATE: Duration = Duration::from_secs(1);
/// Notes of one kind are enough of a flood.
const MOST_NOTES: usize = 200;

#[derive(Debug)]
pub struct Ledger<'a> {
    transcript: &'a mut Transcript,
    budget: &'a Budget,
    prices: &'a PriceList,
    updates: Updates,
    /// Up to here the wall time is paid.
    paid_until: Instant,
    model: String,
    turns: usize,
    notes: usize,
    trouble: Option<Trouble>,
    over_budget: bool,
}

/// How the upstream last failed, if nothing succeeded since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// 0 if it could not be reached.
    pub status: u16,
    pub after: Option<Duration>,
    pub why: String,
}

impl<'a> Ledger<'a> {
    pub fn new(transcript: &'a mut Transcript, budget: &'a Budget, prices: &'a PriceList) -> Self {
        Self {
            transcript,
            budget,
            prices,
            updates: Updates::default(),
            paid_until: Instant::now(),
            model: prices.name("unknown"),
            turns: 0,
            notes: 0,
            trouble: None,
            over_budget: false,
        }
    }

    /// Answers whether the agent is ready now.
    pub fn hear(&mut self, heard: Heard) -> Result<bool, Error> {
        match heard {
            Heard::Ready { name } => {
                self.note(format!("the agent is {name}"))?;
                return Ok(true);
            }
            Heard::Update(update) => {
                for line in self.updates.take(*update) {
                    self.push(line)?;
                }
            }
            Heard::Refused(what) => self.note(format!("refused: {what}"))?,
        }
        Ok(false)
    }

    pub fn pass(&mut self, passed: Passed) -> Result<(), Error> {
        match passed {
            Passed::Paid { bill, took, errand, settled } => {
                if !errand {
                    self.trouble = None;
                }
                self.turns += 1;
                let model = bill.answered.as_deref().or(bill.asked.as_deref()).unwrap_or("unknown");
                self.model = self.prices.name(model);
                if bill.estimated {
                    self.note(format!("{model} did not say what its answer cost: estimated, after {} ms", took.as_millis()))?;
                }
                let micro_dollars = self.price(&bill);
                self.pay(Spent {
                    turns: 1,
                    usage: bill.usage,
                    micro_dollars: micro_dollars.unwrap_or(0),
                    unpriced_turns: u32::from(micro_dollars.is_none()),
                    millis: 0,
                })?;
                // It waits no more if the agent is gone.
                let _gone = settled.send(());
            }
            Passed::OverBudget => self.over_budget = true,
            Passed::Trouble { status, after, why, errand } => {
                self.note(why.clone())?;
                // Some agents use no tools that their provider knows of: then there are errands only.
                if !errand || self.turns == 0 {
                    self.trouble = Some(Trouble { status, after, why });
                }
            }
            Passed::Refused { what } => self.note(format!("refused: {what} is no route of the model"))?,
        }
        Ok(())
    }

    /// The work has ended: whatever is still on its way, and the time since the last answer.
    pub async fn settle(&mut self, gateway: &mut Gateway) -> Result<(), Error> {
        let late = Instant::now() + LATE;
        loop {
            while let Ok(passed) = gateway.passed.try_recv() {
                self.pass(passed)?;
            }
            if gateway.unpaid() == 0 {
                break;
            }
            match tokio::time::timeout_at(late, gateway.passed.recv()).await {
                Ok(Some(passed)) => self.pass(passed)?,
                Ok(None) | Err(_) => break,
            }
        }
        for line in self.updates.flush() {
            self.push(line)?;
        }
        let millis = self.unpaid_time();
        self.push(Entry::Elapsed { millis })?;
        charges::charge_last(self.transcript, self.budget);
        Ok(())
    }

    /// Wall time since the last answer, which is paid for now.
    fn unpaid_time(&mut self) -> u64 {
        let millis = self.paid_until.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        self.paid_until += Duration::from_millis(millis);
        millis
    }

    /// `None` when it is not known: nothing is guessed.
    fn price(&self, bill: &Billed) -> Option<u64> {
        if bill.estimated || bill.unusual {
            return None;
        }
        self.prices.of(bill.asked.as_deref(), bill.answered.as_deref())?.with_hours(bill.usage, bill.hours)
    }

    /// An answer, with the wall time since the last of them.
    fn pay(&mut self, spent: Spent) -> Result<(), Error> {
        let spent = Spent { millis: self.unpaid_time(), ..spent };
        let model = self.model.clone();
        self.push(Entry::Replied(Reply { model, text: String::new(), calls: Vec::new(), spent, opaque: None }))?;
        charges::charge_last(self.transcript, self.budget);
        Ok(())
    }

    fn note(&mut self, text: String) -> Result<(), Error> {
        self.notes += 1;
        if self.notes > MOST_NOTES { Ok(()) } else { self.push(Entry::Note(text)) }
    }

    fn push(&mut self, entry: Entry) -> Result<(), Error> {
        self.transcript.push(entry).map_err(unwritten)
    }

    pub fn last_message(&self) -> &str {
        self.updates.last_message()
    }

    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// A turn was refused because the budget is reached.
    pub fn is_over_budget(&self) -> bool {
        self.over_budget
    }
}
