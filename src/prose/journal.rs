//! One line for each thing that happened, for the journal and the terminal.

use super::status::headline;
use super::stuck::plain_reason;
use super::text::{count, plain};
use crate::workflow::verdict::{Check, CheckState};
use crate::workflow::{Event, Failure, Local, Merging, Phase, Run, Unit, Wish, Written};

/// What happened, in one line. `run` is the run as the event left it.
pub fn journal_line(run: &Run, event: &Event) -> String {
    match event {
        Event::Labelled { by, .. } => format!("{by} labelled #{}", run.issue),
        Event::Unlabelled { by } => format!("{by} removed the label"),
        Event::SpecificationEdited { by } => format!("{by} edited the specification"),
        Event::Commented { by } => format!("{by} commented"),
        Event::CommentedOnPull { by } => format!("{by} commented on the pull request"),
        Event::Reviewed { by } => format!("{by} reviewed the pull request"),
        Event::IssueClosed { by } => format!("{by} closed the issue"),
        Event::IssueReopened { by } => format!("{by} reopened the issue"),
        Event::ChecksChanged { commit } => format!("CI reported on {}", commit.short()),
        Event::BranchMoved { to: Some(to) } => format!("the branch moved to {}", to.short()),
        Event::BranchMoved { to: None } => "the branch was deleted".to_owned(),
        Event::PullRequestClosed { merged: true, by } => format!("{by} merged the pull request"),
        Event::PullRequestClosed { merged: false, by } => format!("{by} closed the pull request"),
        Event::PullRequestReopened { by } => format!("{by} reopened the pull request"),
        Event::PullRequestEdited { by } => format!("{by} edited the pull request"),
        Event::Pressed { by, wish: Wish::Retry } => format!("{by} pressed Retry"),
        Event::Pressed { by, wish: Wish::Stop } => format!("{by} pressed Stop"),
        Event::Rerequested { by } => format!("{by} asked for our check anew"),
        Event::CheckShown(check) => format!("showed the check on {}", check.head.short()),
        Event::TimePassed => "looked again".to_owned(),
        Event::Reinstalled { event, .. } => format!("{}; the App was installed anew", journal_line(run, event)),
        Event::SpecificationRead(read) => format!(
            "read the specification: {}, {} to ask",
            count(read.specification.steps.len(), "step"),
            count(run.blocking_questions().count(), "question")
        ),
        Event::NotPermitted { login } => format!("{login} may not write to {}", run.repo),
        Event::NotAccepted { login, .. } => format!("{login} edited the text and may not write to {}", run.repo),
        Event::SettingsBroken { problems } => format!("the repository's configuration has {}", count(problems.len(), "problem")),
        Event::IssueRead(found) if !found.open => "read the issue: it is closed or gone".to_owned(),
        Event::IssueRead(found) if !found.labelled => "read the issue: the label is gone".to_owned(),
        Event::IssueRead(_) => "read the issue: it is open and labelled".to_owned(),
        Event::PermissionRead { login, may_steer: true, .. } => format!("{login} may write to {}", run.repo),
        Event::PermissionRead { login, may_steer: false, .. } => format!("{login} may not write to {}", run.repo),
        Event::CommentsRead { remarks, .. } => format!("read {}", count(remarks.len(), "comment")),
        Event::PullCommentsRead { remarks, .. } => {
            format!("read {} on the pull request", count(remarks.len(), "comment"))
        }
        Event::ReviewsRead { reviews, threads } => {
            format!("read {} and {}", count(reviews.len(), "review"), count(threads.len(), "thread"))
        }
        Event::StepWritten { step, written } => match written {
            Written::Commit { commit, .. } => format!("wrote step {} as {}: {}", step + 1, commit.short(), title(run, *step)),
            Written::Nothing { .. } => format!("step {} needs no change: {}", step + 1, title(run, *step)),
            Written::Asks { question, .. } => format!("step {} raises a question: {}", step + 1, plain(question, 400)),
            Written::OutOfBudget { .. } => format!("the budget was spent at step {}: {}", step + 1, title(run, *step)),
            Written::GaveUp { why, .. } => format!("the implementer gave up at step {}: {}", step + 1, plain(why, 400)),
            Written::Refused { path, why, .. } => {
                format!("step {} does not apply to {}: {}", step + 1, plain(path, 200), plain(why, 400))
            }
        },
        Event::Pushed { unit: Unit::Step(step), commit } => format!("pushed {} for step {}", commit.short(), step + 1),
        Event::Pushed { unit: Unit::Round(round), commit } => format!("pushed {} for round {} of revising", commit.short(), round + 1),
        Event::Revised { round, written, .. } => match written {
            Written::Commit { commit, .. } => format!("wrote {} in round {} of revising", commit.short(), round + 1),
            Written::Nothing { .. } => format!("changed nothing in round {} of revising", round + 1),
            Written::Asks { question: why, .. } | Written::GaveUp { why, .. } | Written::Refused { why, .. } => {
                format!("changed nothing in round {} of revising: {}", round + 1, plain(why, 400))
            }
            Written::OutOfBudget { .. } => format!("the budget was spent in round {} of revising", round + 1),
        },
        Event::RoundRepaired { round, .. } => format!("worked on what round {} of revising broke", round + 1),
        Event::ThreadAnswered { .. } => "answered in a review's thread".to_owned(),
        Event::BranchConflict { .. } => "somebody else moved the branch".to_owned(),
        Event::PullRequestOpened { number } => format!("opened pull request #{number}"),
        Event::PullRequestRead { merged: true, .. } => "the pull request is merged".to_owned(),
        Event::PullRequestRead { open: true, merging: Merging::Wanted { tip, .. }, .. } => {
            format!("the pull request is open, and wants {} of its base merged in", tip.short())
        }
        Event::PullRequestRead { open: true, merging: Merging::Free | Merging::Unknown, .. } => "the pull request is open".to_owned(),
        Event::PullRequestRead { .. } => "the pull request is closed".to_owned(),
        Event::Diagnosed { commit, failures, .. } => {
            let one = |failure: &Failure| match &failure.service {
                Some(why) => format!("{} looks like the service ({})", plain(&failure.check, 100), plain(why, 200)),
                None => format!("{} looks like the code", plain(&failure.check, 100)),
            };
            format!("looked into {}: {}", commit.short(), failures.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Event::RerunRefused { commit, why } => format!("the failed jobs of {} were not run again: {}", commit.short(), plain(why, 400)),
        Event::VerifiedLocally { commit, local, .. } => match local {
            Local::Passed(commands) => format!("verified {} locally: {} passed", commit.short(), count(commands.len(), "command")),
            Local::Failed { command, ended, .. } => format!("verified {} locally: {} {ended}", commit.short(), plain(command, 200)),
            Local::NotRun(why) => format!("{} was not verified locally: {}", commit.short(), plain(why, 400)),
        },
        Event::ChecksRead { checked, required: _ } => {
            checked.iter().map(|c| format!("{}: {}", c.commit.short(), checks(&c.checks))).collect::<Vec<_>>().join("; ")
        }
        Event::BranchRead { head: None, .. } => "read the branch: it is gone".to_owned(),
        Event::BranchRead { lost, .. } if lost.is_empty() => "read the branch: our commits are on it".to_owned(),
        Event::BranchRead { lost, .. } => format!("read the branch: {} of ours missing", count(lost.len(), "commit")),
        Event::Reread { missed, .. } if missed.is_empty() => "read every step once more: nothing is missing".to_owned(),
        Event::Reread { missed, .. } => format!("read every step once more: something may be missing of {}", count(missed.len(), "step")),
        Event::EvidenceRead(evidence) => {
            format!("found {} of what shows the acceptance criteria", count(evidence.proofs.len(), "piece"))
        }
        Event::MarkedReady => "marked the pull request as ready for review".to_owned(),
        Event::Said { name, .. } => format!("wrote the {name} comment"),
        Event::Proposed(proposal) => match &proposal.outcome {
            Ok(_) => "a model proposed steps".to_owned(),
            Err(why) => format!("no steps were proposed: {}", plain(why, 400)),
        },
        Event::Answered { by, .. } => format!("answered {by}"),
        Event::GaveUp { effect, why, may_heal: _ } => format!("failed to {}: {}", effect.what(), plain(why, 400)),
    }
}

/// Where the run stands, with the reason when it is stuck.
pub fn standing_line(run: &Run) -> String {
    match &run.phase {
        Phase::Stuck { reason, .. } => plain_reason(run, reason),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Over(_) => headline(run),
    }
}

fn checks(checks: &[Check]) -> String {
    if checks.is_empty() {
        return "no checks yet".to_owned();
    }
    let word = |state| match state {
        CheckState::Pending => "pending",
        CheckState::Announced => "announced",
        CheckState::Passed => "passed",
        CheckState::Failed => "failed",
        CheckState::Cancelled => "cancelled",
    };
    checks.iter().map(|c| format!("{} {}", plain(&c.name, 100), word(c.state))).collect::<Vec<_>>().join(", ")
}

fn title(run: &Run, step: usize) -> String {
    run.plan.as_ref().and_then(|p| p.specification.steps.get(step)).map_or_else(String::new, |s| plain(&s.title, 200))
}
