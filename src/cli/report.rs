//! What a run came to, as one JSON document.

use serde::Serialize;

use crate::domain::{BranchName, IssueNumber, PullNumber, Sha};
use crate::prose;
use crate::specification::{Gap, LeftOut, Unseen};
use crate::workflow::checklist::Checklist;
use crate::workflow::verdict::Check;
use crate::workflow::{Phase, Plan, Run};

#[derive(Debug, Serialize)]
pub struct Report {
    /// `ready`, `built` (CI did not verify every step), `asking`, `refused`, `stuck`, `over`.
    pub status: &'static str,
    /// Where the run stands, in words.
    pub message: String,
    pub issue: Issue,
    pub base: Option<Sha>,
    pub branch: Option<BranchName>,
    pub pull_request: Option<PullRequest>,
    pub questions: Vec<Question>,
    /// What looks like work and is in no step.
    pub left_out: Vec<LeftOut>,
    /// What the text holds that its page does not show.
    pub unseen: Vec<Unseen>,
    pub commits: Vec<Commit>,
    pub checks: Vec<CommitChecks>,
    pub checklist: Option<Checklist>,
}

#[derive(Debug, Serialize)]
pub struct Issue {
    pub number: IssueNumber,
    pub title: String,
    pub url: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct PullRequest {
    pub number: PullNumber,
    pub draft: bool,
    pub url: Option<String>,
    pub body: String,
}

#[derive(Debug, Serialize)]
pub struct Question {
    pub number: usize,
    #[serde(flatten)]
    pub gap: Gap,
    pub answer: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Commit {
    pub sha: Sha,
    pub message: String,
    /// The step's number as written.
    pub step: String,
    pub title: String,
}

#[derive(Debug, Serialize)]
pub struct CommitChecks {
    pub commit: Sha,
    pub checks: Vec<Check>,
}

impl Report {
    /// `message_of` gives a commit's whole message.
    pub fn of(run: &Run, title: &str, url: Option<String>, message_of: impl Fn(&Sha) -> Option<String>) -> Self {
        let plan = run.plan.as_ref();
        let steps = plan.map_or(&[][..], |p| &p.specification.steps);
        let states = plan.map_or(&[][..], |p| &p.steps);
        let built = steps.iter().zip(states).filter(|(_, state)| !state.unchanged);
        let commits = built.filter_map(|(step, state)| {
            let sha = state.commit.clone()?;
            let message = message_of(&sha).unwrap_or_default();
            Some(Commit { sha, message, step: step.number.clone(), title: step.title.clone() })
        });
        let checks = states.iter().filter_map(|s| Some(CommitChecks { commit: s.commit.clone()?, checks: s.checks.clone() }));
        let questions = run.questions.iter().map(|q| Question {
            number: q.number,
            gap: q.gap.clone(),
            answer: q.answer.as_ref().map(|a| a.text.as_data().to_owned()),
        });
        Self {
            status: status(run),
            message: prose::standing_line(run),
            issue: Issue { number: run.issue, title: title.to_owned(), url },
            base: plan.map(|p| p.base.clone()),
            branch: run.branch.clone().filter(|_| plan.is_some_and(Plan::has_commits)),
            pull_request: None,
            questions: questions.collect(),
            left_out: run.left_out().to_vec(),
            unseen: run.unseen().to_vec(),
            commits: commits.collect(),
            checks: checks.collect(),
            checklist: Checklist::of(run),
        }
    }
}

fn status(run: &Run) -> &'static str {
    let all_ticked = Checklist::of(run).is_some_and(|c| c.steps.iter().all(|s| s.ticked));
    let nothing_built = run.plan.as_ref().is_none_or(|plan| !plan.has_commits());
    match &run.phase {
        Phase::InReview if all_ticked => "ready",
        Phase::InReview => "built",
        Phase::Asking => "asking",
        Phase::Planned => "planned",
        Phase::Stuck { .. } if nothing_built => "refused",
        Phase::Stuck { .. } => "stuck",
        Phase::Over(_) => "over",
        Phase::Reading | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } => "working",
    }
}
