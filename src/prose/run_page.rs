//! The words of a run's page. A text or a note is one line of Markdown, as everywhere; laying them out is the page's.

use super::checklist::proof;
use super::questions::plain_line;
use super::status::{headline, in_words};
use super::stuck::in_a_sentence;
use super::text::{code, count, inline, plain};
use super::unseen::plain_unseen;
use crate::workflow::checklist::{Checklist, CriterionLine, GuestLine, Standing, StepLine};
use crate::workflow::{Ending, Phase, ProofState, Run};

/// How something stands, at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    /// Reported, and not of our making; or for a person to look at.
    Odd,
    Moving,
    Idle,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunPage {
    /// The specification's title, or the issue's number until it is read.
    pub title: String,
    pub tone: Tone,
    pub headline: String,
    /// Why the run waits for a person.
    pub waits_for: Option<String>,
    /// `2 of 5 verified`; empty until there is a plan.
    pub progress: String,
    pub steps: Vec<PageLine>,
    pub criteria: Vec<PageLine>,
    pub guests: Vec<PageLine>,
    /// What looks like work and is in no step.
    pub left_out: Vec<PageLine>,
    /// What the text holds that its page does not show.
    pub unseen: Vec<PageLine>,
    /// Whether nothing will happen by itself any more.
    pub is_over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLine {
    pub tone: Tone,
    /// As written, and no Markdown; empty for what has none.
    pub number: String,
    pub text: String,
    /// What is to be said of it.
    pub note: String,
    /// All of a commit's name.
    pub commit: Option<String>,
}

pub fn run_page(run: &Run) -> RunPage {
    let checklist = Checklist::of(run);
    let title = run.plan.as_ref().map(|plan| plan.title.as_data()).unwrap_or_default();
    let progress = checklist.as_ref().map(Checklist::progress);
    RunPage {
        title: if title.trim().is_empty() { format!("Issue {}", run.issue) } else { plain(title, 300) },
        tone: tone(run, progress),
        headline: headline(run),
        waits_for: waits_for(run),
        progress: progress.map(|(verified, all)| format!("{verified} of {all} verified")).unwrap_or_default(),
        steps: checklist.iter().flat_map(|list| &list.steps).map(step).collect(),
        criteria: checklist.iter().flat_map(|list| &list.criteria).map(criterion).collect(),
        guests: checklist.iter().flat_map(|list| &list.guests).map(guest).collect(),
        left_out: run
            .left_out()
            .iter()
            .map(|left| told(format!("{}: {}", plain_line(&left.document, left.line), inline(&left.words)), inline(&left.why)))
            .collect(),
        unseen: run.unseen().iter().map(|found| told(inline(&plain_unseen(found)), String::new())).collect(),
        is_over: matches!(run.phase, Phase::Over(_)),
    }
}

fn tone(run: &Run, progress: Option<(usize, usize)>) -> Tone {
    match &run.phase {
        Phase::Reading | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } => Tone::Moving,
        Phase::Asking | Phase::Planned => Tone::Odd,
        Phase::InReview if progress.is_some_and(|(verified, all)| verified == all) => Tone::Good,
        Phase::InReview => Tone::Odd,
        Phase::Stuck { .. } => Tone::Bad,
        Phase::Over(Ending::Merged | Ending::NothingToDo) => Tone::Good,
        Phase::Over(Ending::Closed | Ending::Cancelled { .. }) => Tone::Idle,
    }
}

fn waits_for(run: &Run) -> Option<String> {
    match &run.phase {
        Phase::Stuck { reason, .. } => Some(in_a_sentence(run, reason)),
        Phase::Asking => Some(format!("{} on the issue. An answer there goes on.", count(run.blocking_questions().count(), "question"))),
        Phase::Planned => Some("The plan is on the issue. `/journeyman approve` there begins.".to_owned()),
        Phase::Reading | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } | Phase::InReview | Phase::Over(_) => None,
    }
}

fn step(line: &StepLine) -> PageLine {
    let tone = match &line.standing {
        Standing::DoneBefore | Standing::Verified { .. } | Standing::VerifiedUnchanged | Standing::VerifiedLocally { .. } => Tone::Good,
        Standing::Red { .. } | Standing::TimedOut { .. } | Standing::Lost => Tone::Bad,
        Standing::RedOnBaseToo { .. } | Standing::Cancelled { .. } | Standing::NotChecked => Tone::Odd,
        Standing::Building | Standing::Pending => Tone::Moving,
        Standing::Waiting | Standing::LeftOut => Tone::Idle,
    };
    PageLine {
        tone,
        number: plain(&line.number, 40),
        text: inline(&line.title),
        note: unmarked(&in_words(&line.standing)),
        commit: line.commit.as_ref().map(ToString::to_string),
    }
}

fn criterion(line: &CriterionLine) -> PageLine {
    let tone = match line.shown.as_ref().map(|shown| shown.state) {
        _ if line.ticked => Tone::Good,
        Some(ProofState::Red) => Tone::Bad,
        Some(ProofState::Green | ProofState::Unseen) | None => Tone::Idle,
    };
    let note = unmarked(proof(line).trim_start_matches(" · "));
    PageLine { tone, number: String::new(), text: inline(&line.text), note, commit: None }
}

fn guest(line: &GuestLine) -> PageLine {
    let by = line.by.as_ref().map_or_else(|| "somebody".to_owned(), |by| code(&format!("@{by}")));
    let place = line.after.as_ref().map_or_else(|| "before the first step".to_owned(), |step| format!("after step {}", inline(step)));
    let text = format!("changed by {by} {place}");
    PageLine { tone: Tone::Idle, number: String::new(), text, note: String::new(), commit: Some(line.commit.to_string()) }
}

/// Something that is only told.
fn told(text: String, note: String) -> PageLine {
    PageLine { tone: Tone::Idle, number: String::new(), text, note, commit: None }
}

/// Without the sign that begins it: a page has its own.
fn unmarked(words: &str) -> String {
    words.trim_start_matches(|c: char| !c.is_ascii()).trim_start().to_owned()
}
