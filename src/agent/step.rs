//! A step from its words to a change set that may be committed: an implementer writes it, guards judge it, commands verify it, a second reader
//! compares it with the step. What they find goes back to the implementer a bounded number of times, and then to a person.
//!
//! Where the work stands is read from the transcript alone, so that it goes on after a crash at any point with nothing paid twice.

mod base;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::budget::{Budget, Exhausted};
use super::redact::redact;
use super::stopwatch::Stopwatch;
use super::transcript::{Back, Entry, Transcript};
use super::verify::Failed;
use super::{Ending, Error, Implementer, Report, Site, tell};
use crate::domain::{Bound, ChangeSet, FileChange, Payer, Sha};
use crate::git::{self, Checkout};
use crate::guard;
use crate::prose::model as said;
use crate::prose::model::Answered;

/// How often what was submitted goes back, for each reason.
const MOST_GUARDS: usize = 3;
const MOST_VERIFICATIONS: usize = 3;
const MOST_REVIEWS: usize = 2;
const MOST_WITHOUT_CHANGE: usize = 1;
/// Wall time of a step's work when no budget says less.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What a step's work is about.
pub struct Task<'a> {
    /// As the transcript names it.
    pub number: String,
    /// `provider:model`, or an agent's command.
    pub by: String,
    pub base: Sha,
    /// What the implementer is, and what it is told at first.
    pub system: String,
    pub task: String,
    /// The answers to the questions that this step's implementer asked, in the order of the questions.
    pub answers: Vec<Answered>,
    /// The files that the step's exact edits wrote, as they wrote them.
    pub given: &'a ChangeSet,
    pub rules: guard::Rules<'a>,
    /// Commands that must pass on what was submitted, unless they failed before it.
    pub verify: &'a [String],
    /// Those among them that the step names to show that it is done: they may well fail before it, and excuse nothing by that, unless
    /// they still fail in the very same way.
    pub shows: &'a [String],
    /// Whether to change nothing is as good an end as any, as when a wish turns out to be a question.
    pub may_change_nothing: bool,
    /// The files in which a merge left conflicts, where the step's work is to resolve them.
    pub merge: Option<&'a BTreeMap<String, guard::Sides>>,
}

/// How the work on a step ended.
#[derive(Debug)]
pub enum Outcome {
    Built(Product),
    Asks(String),
    OutOfBudget(Exhausted),
    /// Completes "the implementer gave up: …".
    GaveUp(String),
}

/// What may be committed, and what people are told with it.
#[derive(Debug, Default)]
pub struct Product {
    /// Empty when the step needs no change.
    pub changes: ChangeSet,
    /// Each a sentence.
    pub notes: Vec<String>,
    pub suggestions: Vec<String>,
    /// Commands that passed.
    pub verified: Vec<String>,
    /// What the implementer says it did.
    pub done: Vec<String>,
    /// Tests that it says it added or changed.
    pub tests: Vec<String>,
    /// What it says shows acceptance criteria, by their numbers from 1.
    pub criteria: Vec<(usize, String)>,
    /// What guards advise to look at.
    pub advice: Vec<guard::Finding>,
}

/// What a second reading came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// Each finding is a sentence for people; none is good news.
    Found(Vec<String>),
    /// There was none, and why.
    Unread(String),
}

/// Reads a change a second time. What the transcript has of this reading, after a crash, is not paid for again; whatever it costs is in the transcript when it returns.
pub trait Reader: Send {
    fn read(
        &mut self,
        changes: &ChangeSet,
        checkout: &mut Checkout,
        transcript: &mut Transcript,
        budget: &Budget,
    ) -> impl Future<Output = Result<Reading, Error>> + Send;
}

/// The desk at which a step is worked on.
pub struct Desk<'a> {
    pub site: &'a Site,
    pub checkout: &'a mut Checkout,
    pub transcript: &'a mut Transcript,
    pub budget: &'a Budget,
    /// Cancelled when this process stops.
    pub stop: &'a CancellationToken,
}

/// Works on a step until it is built, cannot be without a person, its time is over, or it is told to stop.
/// The time it took is in the books when this returns.
pub async fn build<I: Implementer, R: Reader>(
    implementer: &mut I,
    reader: Option<R>,
    task: &Task<'_>,
    desk: &mut Desk<'_>,
) -> Result<Outcome, Error> {
    let mut watch = Stopwatch::start(desk.transcript, desk.budget).map_err(lost)?;
    // Tools and commands take time as well as models do.
    let left = desk.budget.time_left().unwrap_or(LONGEST);
    let (stop, grace) = (desk.stop.clone(), implementer.leaves_within());
    let worked = tokio::select! {
        biased;
        worked = work(implementer, reader, task, desk, &mut watch) => Some(worked),
        () = tokio::time::sleep(left.saturating_add(grace)) => None,
        () = async { stop.cancelled().await; tokio::time::sleep(grace).await } => Some(Err(Error::Stopped)),
    };
    watch.book(desk.transcript, desk.budget).map_err(lost)?;
    worked.unwrap_or_else(|| Ok(Outcome::OutOfBudget(out_of_time(desk.budget))))
}

fn out_of_time(budget: &Budget) -> Exhausted {
    let nobody = || Exhausted { payer: Payer::Step, bound: Bound::Time, spent: Default::default(), allowance: Default::default() };
    budget.exhausted().or_else(|| budget.narrowest_in_time()).unwrap_or_else(nobody)
}

async fn work<I: Implementer, R: Reader>(
    implementer: &mut I,
    mut reader: Option<R>,
    task: &Task<'_>,
    desk: &mut Desk<'_>,
    watch: &mut Stopwatch,
) -> Result<Outcome, Error> {
    begin(task, desk.transcript)?;
    loop {
        let ending = ending(implementer, task, desk).await?;
        watch.book(desk.transcript, desk.budget).map_err(lost)?;
        let report = match ending {
            Ending::Submitted(report) => report,
            Ending::Asks { question } => return Ok(Outcome::Asks(question)),
            Ending::OutOfBudget(exhausted) => return Ok(Outcome::OutOfBudget(exhausted)),
            Ending::GaveUp { why } => return Ok(Outcome::GaveUp(why)),
        };
        let changes = submitted(task, desk)?;
        match examine(&changes, report, task, desk, reader.as_mut()).await? {
            Judged::Accepted(product) => return Ok(Outcome::Built(product)),
            Judged::Back(why, findings) => send_back(why, findings, desk.transcript)?,
            Judged::Refused(why) => {
                desk.transcript.push(Entry::Ended(Ending::GaveUp { why: why.clone() })).map_err(lost)?;
                return Ok(Outcome::GaveUp(why));
            }
        }
    }
}

/// The first words, unless they were said.
fn begin(task: &Task<'_>, transcript: &mut Transcript) -> Result<(), Error> {
    let said = transcript.lines().len();
    let first = [
        Entry::Began { step: task.number.clone(), by: task.by.clone(), base: task.base.clone() },
        Entry::System(task.system.clone()),
        Entry::Told(redact(&task.task).into_owned()),
    ];
    for entry in first.into_iter().skip(said) {
        transcript.push(entry).map_err(lost)?;
    }
    Ok(())
}

/// How the implementer ends, having worked if there is something to do.
async fn ending<I: Implementer>(implementer: &mut I, task: &Task<'_>, desk: &mut Desk<'_>) -> Result<Ending, Error> {
    let last = desk
        .transcript
        .entries()
        .rev()
        .find(|entry| !matches!(entry, Entry::Note(_) | Entry::Update { .. } | Entry::Elapsed { .. } | Entry::AtBase { .. }))
        .cloned();
    match last {
        // Submitted before, and not yet judged as far as anybody knows.
        Some(Entry::Ended(ending @ (Ending::Submitted(_) | Ending::GaveUp { .. }))) => return Ok(ending),
        Some(Entry::Reviewed { .. }) => {
            let endings = desk.transcript.entries().rev();
            let submitted = endings.filter_map(|entry| if let Entry::Ended(ending) = entry { Some(ending.clone()) } else { None }).next();
            if let Some(ending) = submitted {
                return Ok(ending);
            }
        }
        Some(Entry::Ended(Ending::Asks { question })) => {
            let asked = desk.transcript.entries().filter(|entry| matches!(entry, Entry::Ended(Ending::Asks { .. }))).count();
            let Some(answer) = asked.checked_sub(1).and_then(|index| task.answers.get(index)) else {
                return Ok(Ending::Asks { question });
            };
            desk.transcript.push(Entry::SentBack { why: Back::Answer, findings: Vec::new() }).map_err(lost)?;
            tell(desk.transcript, &said::answered(answer)).map_err(lost)?;
        }
        Some(Entry::SentBack { why: Back::Answer, .. }) => {
            if let Some(answer) = task.answers.last() {
                tell(desk.transcript, &said::answered(answer)).map_err(lost)?;
            }
        }
        Some(Entry::SentBack { why, findings }) => tell(desk.transcript, &words(why, &findings)).map_err(lost)?,
        Some(_) | None => {}
    }
    implementer.work(desk.site, desk.transcript, desk.budget).await
}

/// What was changed. What the specification printed stays as it was printed, whatever a formatter did to it.
fn submitted(task: &Task<'_>, desk: &mut Desk<'_>) -> Result<ChangeSet, Error> {
    let mut changes = desk.checkout.changes().map_err(unreadable)?;
    if task.given.files.iter().any(|(path, given)| changes.files.get(path) != Some(given)) {
        changes.files.extend(task.given.files.clone());
        desk.checkout.bring_to(&changes).map_err(unreadable)?;
        changes = desk.checkout.changes().map_err(unreadable)?;
    }
    Ok(changes)
}

enum Judged {
    Accepted(Product),
    Back(Back, Vec<String>),
    Refused(String),
}

async fn examine<R: Reader>(
    changes: &ChangeSet,
    report: Report,
    task: &Task<'_>,
    desk: &mut Desk<'_>,
    reader: Option<&mut R>,
) -> Result<Judged, Error> {
    if changes.is_empty() && !task.may_change_nothing && rounds(desk.transcript, Back::NoChange) < MOST_WITHOUT_CHANGE {
        return Ok(Judged::Back(Back::NoChange, Vec::new()));
    }
    let held = |path: &str| held(desk.checkout, path);
    let findings = match task.merge {
        Some(sides) => guard::judge_merge(changes, &task.rules, sides, held),
        None => guard::judge(changes, &task.rules, held),
    };
    let (stopping, advice): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| finding.blocking);
    let stopping: Vec<String> = stopping.iter().map(ToString::to_string).collect();
    if !stopping.is_empty() {
        return Ok(match rounds(desk.transcript, Back::Guards) {
            MOST_GUARDS.. => Judged::Refused(format!("the guards stop what it submitted: {}", stopping.join("; "))),
            _ => Judged::Back(Back::Guards, stopping),
        });
    }
    let mut notes: Vec<String> = advice.iter().map(ToString::to_string).collect();
    let (verified, red_before) = match base::verified(changes, task, desk).await? {
        Ok(passed) => passed,
        Err(Failed { command, ended, output }) => {
            return Ok(match rounds(desk.transcript, Back::Verification) {
                MOST_VERIFICATIONS.. => Judged::Refused(format!("`{command}` {ended} on what it submitted, again and again")),
                _ => Judged::Back(Back::Verification, vec![command, ended, output]),
            });
        }
    };
    notes.extend(red_before);
    if let Some(reader) = reader.filter(|_| !changes.is_empty()) {
        let found = match reader.read(changes, desk.checkout, desk.transcript, desk.budget).await? {
            Reading::Found(found) => found,
            Reading::Unread(why) => {
                notes.push(format!("What was built has had no second reader: {why}."));
                Vec::new()
            }
        };
        if !found.is_empty() && rounds(desk.transcript, Back::Review) < MOST_REVIEWS {
            return Ok(Judged::Back(Back::Review, found));
        }
        notes.extend(found);
    }
    let Report { done, tests, deviations, suggestions, criteria } = report;
    notes.extend(deviations);
    Ok(Judged::Accepted(Product { changes: changes.clone(), notes, suggestions, verified, done, tests, criteria, advice }))
}

fn rounds(transcript: &Transcript, reason: Back) -> usize {
    transcript.entries().filter(|entry| matches!(entry, Entry::SentBack { why, .. } if *why == reason)).count()
}

fn send_back(why: Back, findings: Vec<String>, transcript: &mut Transcript) -> Result<(), Error> {
    let findings: Vec<String> = findings.iter().map(|finding| redact(finding).into_owned()).collect();
    let told = words(why, &findings);
    transcript.push(Entry::SentBack { why, findings }).map_err(lost)?;
    tell(transcript, &told).map_err(lost)
}

fn words(why: Back, findings: &[String]) -> String {
    match (why, findings) {
        (Back::Guards, findings) => said::guarded(findings),
        (Back::Review, findings) => said::differences(findings),
        (Back::Verification, [command, ended, output]) => said::verification_failed(command, ended, output),
        (Back::NoChange | Back::Verification | Back::Answer, _) => said::changed_nothing(),
    }
}

/// A file's content at the step's start.
fn held(checkout: &mut Checkout, path: &str) -> Option<Vec<u8>> {
    checkout.read_committed(path).ok().flatten().map(|file| file.bytes)
}

/// The files that a change set writes.
pub fn written(changes: &ChangeSet) -> BTreeSet<String> {
    changes.files.iter().filter(|(_, change)| matches!(change, FileChange::Write(_))).map(|(path, _)| path.clone()).collect()
}

fn lost(error: std::io::Error) -> Error {
    Error::Never(format!("save the transcript: {error}"))
}

fn unreadable(error: git::Error) -> Error {
    Error::Never(error.to_string())
}

#[cfg(test)]
mod tests;
