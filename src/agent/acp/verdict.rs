//! From how an agent ended to how the work ends. Pure.

use std::time::Duration;

use agent_client_protocol::v1::schema::StopReason;

use super::ledger::{Ledger, Trouble};
use super::session::Broken;
use crate::agent::budget::Budget;
use crate::agent::{Ending, Error, Report};
use crate::sandbox::{Outcome, Status};

/// How an agent ended, or was ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Stopped(StopReason),
    Broken(Broken),
    /// It had no session after this time.
    NoBeginning(Duration),
    /// Neither it nor its model said anything for this time.
    Silent(Duration),
    OutOfTime,
    OverBudget,
    /// By whoever stops our own process.
    ToldToStop,
}

/// Bytes of an agent's last words that are shown.
const LAST_WORDS: usize = 600;

pub fn ending(
    verdict: Verdict,
    ledger: &Ledger<'_>,
    question: Option<String>,
    outcome: &Outcome,
    budget: &Budget,
) -> Result<Ending, Error> {
    let gave_up = |why: String| Ok(Ending::GaveUp { why });
    let exhausted =
        |otherwise: &str| budget.exhausted().map_or_else(|| gave_up(otherwise.to_owned()), |what| Ok(Ending::OutOfBudget(what)));
    match verdict {
        Verdict::ToldToStop => Err(Error::Stopped),
        Verdict::OverBudget => exhausted("its budget was used up"),
        Verdict::OutOfTime => exhausted("the time for it was over"),
        Verdict::Stopped(_) | Verdict::Broken(_) if ledger.is_over_budget() => exhausted("its budget was used up"),
        Verdict::Silent(after) => gave_up(format!("neither the agent nor its model said anything for {} seconds", after.as_secs())),
        Verdict::NoBeginning(after) => {
            let why = format!("begin with the agent: it had no session after {} seconds{}", after.as_secs(), last_words(outcome));
            Err(Error::Never(why))
        }
        Verdict::Broken(Broken::Begin(why)) => Err(Error::Never(format!("begin with the agent: {why}{}", last_words(outcome)))),
        Verdict::Broken(Broken::Work(why)) => match ledger.trouble() {
            Some(trouble) => Err(provider(trouble)),
            None => gave_up(format!("the agent broke off: {why}{}", last_words(outcome))),
        },
        Verdict::Stopped(stop) => stopped(stop, ledger, question),
    }
}

fn stopped(stop: StopReason, ledger: &Ledger<'_>, question: Option<String>) -> Result<Ending, Error> {
    let gave_up = |why: &str| {
        let last = ledger.last_message();
        let why = if last.is_empty() { why.to_owned() } else { format!("{why}; its last words: {}", end_of(last)) };
        Ok(Ending::GaveUp { why })
    };
    match (stop, question) {
        (StopReason::EndTurn, Some(question)) => Ok(Ending::Asks { question }),
        // Some agents end their turn as if nothing was wrong when their model fails.
        (StopReason::EndTurn, None) => match ledger.trouble() {
            Some(trouble) => Err(provider(trouble)),
            None => {
                let last = ledger.last_message().to_owned();
                let done = if last.is_empty() { Vec::new() } else { vec![last] };
                Ok(Ending::Submitted(Report { done, ..Report::default() }))
            }
        },
        (StopReason::Refusal, _) => gave_up("the model refused to go on"),
        (StopReason::MaxTokens, _) => gave_up("the model reached its limit of tokens"),
        (StopReason::MaxTurnRequests, _) => gave_up("the agent reached its own limit of requests in one turn"),
        (StopReason::Cancelled, _) => gave_up("the agent stopped as if it had been told to"),
        (other, _) => gave_up(&format!("the agent stopped for a reason that is not known here: {other:?}")),
    }
}

/// What can be done about a failing provider.
fn provider(trouble: &Trouble) -> Error {
    let why = format!("reach the model: {}", trouble.why);
    match trouble.status {
        0 | 408 | 409 | 425 | 429 | 500.. => Error::Later { after: trouble.after.unwrap_or(Duration::from_secs(60)), why },
        _ => Error::Never(why),
    }
}

/// How its process ended, and what it last wrote to its standard error.
fn last_words(outcome: &Outcome) -> String {
    let ended = match outcome.status {
        Status::Exited(code) => format!(" (it ended with status {code})"),
        Status::OutOf(what) => format!(" (it was out of {what})"),
        Status::TimedOut => " (its time was over)".to_owned(),
        // That is how we ended it.
        Status::Signalled(_) => String::new(),
    };
    let words = outcome.output.trim();
    if words.is_empty() { ended } else { format!("{ended}; its last words: {}", end_of(words)) }
}

fn end_of(text: &str) -> &str {
    let from = text.len().saturating_sub(LAST_WORDS);
    let from = (from..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text[from..].trim()
}
