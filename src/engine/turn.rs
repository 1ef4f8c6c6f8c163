//! A turn: take what is next in a lane, perform it, decide, and record all of it at once.

use std::time::Duration;

use super::{Engine, Failure, News, aside};
use crate::domain::Timestamp;
use crate::prose;
use crate::store::{Claim, Consumed, JournalLine, NewEffect, PendingEffect, RunRow, Turn, Work};
use crate::workflow::{Decision, Effect, Event, Phase, Run, begin, decide};

/// How often an effect is tried before the workflow is told that it was given up.
const MOST_ATTEMPTS: u32 = 12;
/// The same for one that the run can do without: it holds up those behind it.
const MOST_ATTEMPTS_DISPENSABLE: u32 = 4;
/// How long an effect is left alone that cannot be read.
const UNREADABLE_SECONDS: i64 = 600;
/// The longest wait between two attempts, unless GitHub names a longer one.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Work that was performed and is not yet recorded.
#[derive(Debug)]
pub struct Performed {
    consumed: Consumed,
    /// Which effect it was, for whoever watches the engine at work.
    pub subject: Subject,
    outcome: Outcome,
}

/// What a piece of work was about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Delivery,
    Effect(String),
    Wake,
}

#[derive(Debug)]
enum Outcome {
    /// The run learns something.
    Event(Event),
    /// A run begins, if the lane has none.
    Begin(Box<(Run, Vec<Effect>)>, Event),
    /// Nothing to learn; the line says why or what.
    Line { kind: &'static str, text: String },
    /// Not now.
    Postpone { effect: i64, until: Timestamp, why: String },
}

impl Engine {
    /// Performs and records the next piece of work in a lane; `false` when there is none.
    pub async fn turn(&self, claim: &Claim) -> Result<bool, Failure> {
        match self.perform_next(claim).await? {
            Some(performed) => self.record(claim, performed).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Performs the next piece of work. What it led to is lost unless it is recorded, and then done again.
    pub async fn perform_next(&self, claim: &Claim) -> Result<Option<Performed>, Failure> {
        let now = self.now();
        Ok(match self.parts.store.next(claim, now).await? {
            Work::Nothing => None,
            Work::Wake => Some(Performed { consumed: Consumed::Wake, subject: Subject::Wake, outcome: Outcome::Event(Event::TimePassed) }),
            Work::Delivery(delivery) => {
                let outcome = match self.read(&delivery) {
                    Ok(arrival) => self.arrived(claim, arrival).await?,
                    Err(reason) => Outcome::Line { kind: "passed over", text: reason },
                };
                Some(Performed { consumed: Consumed::Delivery(delivery.id), subject: Subject::Delivery, outcome })
            }
            Work::Effect(pending) => {
                let outcome = self.effect_outcome(claim, &pending, now).await?;
                Some(Performed { consumed: Consumed::Effect(pending.id), subject: Subject::Effect(pending.key), outcome })
            }
        })
    }

    async fn arrived(&self, claim: &Claim, arrival: super::intake::Arrival) -> Result<Outcome, Failure> {
        let found = self.run(claim.lane()).await?;
        let issue = arrival.issue();
        let arrival = match &found {
            Some((run, _)) => arrival.seen_from(run.issue),
            None => arrival,
        };
        Ok(match (found, arrival.event, issue) {
            (None, Event::Labelled { by, settings }, Some(issue)) => {
                let begun = begin(arrival.repo, issue, arrival.installation, by.clone(), 1, (*settings).clone());
                Outcome::Begin(Box::new(begun), Event::Labelled { by, settings })
            }
            (Some((run, _)), event, _) if run.installation != arrival.installation => {
                // A late delivery may be an older installation's, so GitHub is asked which it is.
                match self.parts.github.installation_of(&run.repo).await {
                    Ok(installation) => Outcome::Event(Event::Reinstalled { installation, event: Box::new(event) }),
                    Err(error) => {
                        tracing::warn!(lane = %claim.lane(), "failed to read which installation has the repository: {error}");
                        Outcome::Event(event)
                    }
                }
            }
            // Nothing more may be pushed before it is known whether the run goes on, so effects that wait come after the look.
            (Some((run, _)), Event::Unlabelled { by } | Event::IssueClosed { by }, _)
                if matches!(run.phase, Phase::Building { .. } | Phase::Finishing) =>
            {
                let look = Effect::ReadIssue { by: Some(by.clone()) };
                match aside(|| self.perform(&run, &look)).await {
                    Ok(Some(event)) => Outcome::Event(event),
                    // It is looked at again as an effect that is repeated.
                    Ok(None) | Err(_) => Outcome::Event(Event::Unlabelled { by }),
                }
            }
            (_, event, _) => Outcome::Event(event),
        })
    }

    async fn effect_outcome(&self, claim: &Claim, pending: &PendingEffect, now: Timestamp) -> Result<Outcome, Failure> {
        let effect = match Self::effect(&pending.effect_json) {
            Ok(effect) => effect,
            // Perhaps a newer version wrote it, which will come back.
            Err(failure) => {
                tracing::error!(lane = %claim.lane(), effect = pending.key, "{failure}");
                let until = now.plus_seconds(UNREADABLE_SECONDS);
                return Ok(Outcome::Postpone { effect: pending.id, until, why: failure.to_string() });
            }
        };
        let Some((run, _)) = self.run(claim.lane()).await? else {
            return Ok(Outcome::Line { kind: "passed over", text: "the run is gone".into() });
        };
        if !effect.is_wanted(&run) {
            return Ok(Outcome::Line { kind: "passed over", text: format!("no longer wanted: {}", effect.what()) });
        }
        match aside(|| self.perform(&run, &effect)).await {
            Ok(Some(event)) => Ok(Outcome::Event(event)),
            Ok(None) => Ok(Outcome::Line { kind: "performed", text: effect.what() }),
            Err(Failure::Later { after, why }) if pending.attempts + 1 < most_attempts(&effect) => {
                let wait = after.max(backoff(pending.attempts));
                let until = Timestamp(now.0.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)));
                tracing::info!(lane = %claim.lane(), effect = pending.key, wait = wait.as_secs(), "postponed: {why}");
                Ok(Outcome::Postpone { effect: pending.id, until, why })
            }
            Err(failure @ (Failure::Later { .. } | Failure::Never(_))) => {
                let (may_heal, why) = (matches!(failure, Failure::Later { .. }), failure.to_string());
                tracing::warn!(lane = %claim.lane(), effect = pending.key, "failed to {}: {why}", effect.what());
                Ok(Outcome::Event(Event::GaveUp { effect: Box::new(effect), why, may_heal }))
            }
            Err(let_go @ Failure::LetGo(_)) => Err(let_go),
        }
    }

    /// The one transaction: work consumed, new run, effects, a journal line.
    pub async fn record(&self, claim: &Claim, performed: Performed) -> Result<(), Failure> {
        let now = self.now();
        let event = match performed.outcome {
            Outcome::Postpone { effect, until, why } => return Ok(self.parts.store.postpone(claim, effect, until, &why).await?),
            Outcome::Line { kind, text } => {
                let journal = vec![JournalLine { at: now, kind: kind.into(), text }];
                return self.commit(claim, performed.consumed, None, journal).await;
            }
            Outcome::Begin(begun, event) => {
                let (run, effects) = *begun;
                let line = prose::journal_line(&run, &event);
                return self.moved(claim, performed.consumed, (run, 0, effects), event.name(), line).await;
            }
            Outcome::Event(event) => event,
        };
        let Some((run, version)) = self.run(claim.lane()).await? else {
            let journal = vec![JournalLine { at: now, kind: "passed over".into(), text: format!("{}: there is no run", event.name()) }];
            return self.commit(claim, performed.consumed, None, journal).await;
        };
        let kind = event.name();
        match decide(&run, event.clone(), now) {
            Decision::Move(run, effects) => {
                let line = prose::journal_line(&run, &event);
                self.moved(claim, performed.consumed, (*run, version, effects), kind, line).await
            }
            Decision::Pass(reason) => {
                let text = format!("{}: {reason}", prose::journal_line(&run, &event));
                let journal = vec![JournalLine { at: now, kind: "passed over".into(), text }];
                self.commit(claim, performed.consumed, None, journal).await
            }
        }
    }

    async fn moved(
        &self,
        claim: &Claim,
        consumed: Consumed,
        (run, version, effects): (Run, i64, Vec<Effect>),
        kind: &str,
        line: String,
    ) -> Result<(), Failure> {
        let at = self.now();
        let standing = prose::standing_line(&run);
        let news = News { at, run: run.id.clone(), kind: kind.into(), line: line.clone(), standing, at_rest: run.is_at_rest() };
        let journal = vec![JournalLine { at, kind: kind.into(), text: line }];
        self.commit(claim, consumed, Some((run, version, effects)), journal).await?;
        tracing::info!(lane = %claim.lane(), kind, "{} · {}", news.line, news.standing);
        // Nobody may be watching.
        drop(self.news.send(news));
        Ok(())
    }

    async fn commit(
        &self,
        claim: &Claim,
        consumed: Consumed,
        moved: Option<(Run, i64, Vec<Effect>)>,
        journal: Vec<JournalLine>,
    ) -> Result<(), Failure> {
        let now = self.now();
        let (run, effects) = match moved {
            Some((run, version, effects)) => {
                (Some(row(&run, version)?), effects.iter().map(|e| pending(e, now)).collect::<Result<_, _>>()?)
            }
            None => (None, Vec::new()),
        };
        Ok(self.parts.store.commit_turn(claim, Turn { consumed, run, effects, journal }).await?)
    }
}

fn row(run: &Run, version_before: i64) -> Result<RunRow, Failure> {
    Ok(RunRow {
        json: json(run)?,
        version_before,
        repo: run.repo.clone(),
        issue: run.issue,
        branch: run.branch.clone(),
        pull: run.pull,
        phase: phase_name(&run.phase).into(),
        wake_at: run.wake_at,
    })
}

fn pending(effect: &Effect, now: Timestamp) -> Result<NewEffect, Failure> {
    Ok(NewEffect { key: effect.key(), json: json(effect)?, not_before: now })
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|e| Failure::Never(format!("a value cannot be stored: {e}")))
}

fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Reading => "reading",
        Phase::Asking => "asking",
        Phase::Planned => "planned",
        Phase::Building { .. } => "building",
        Phase::Finishing => "finishing",
        Phase::Revising { .. } => "revising",
        Phase::InReview => "in review",
        Phase::Stuck { .. } => "stuck",
        Phase::Over(_) => "over",
    }
}

fn most_attempts(effect: &Effect) -> u32 {
    if effect.is_dispensable() { MOST_ATTEMPTS_DISPENSABLE } else { MOST_ATTEMPTS }
}

/// 1 s, 2 s, 4 s, … up to the longest wait.
fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(1u64 << attempts.min(16)).min(LONGEST_WAIT)
}
