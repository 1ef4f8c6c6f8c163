//! Whether a pull request can be merged, and what stands in the way.

use std::collections::BTreeMap;

use super::super::answer::Answer;
use super::super::error::Error;
use super::super::state::{At, Role, State};
use super::checks::latest;

/// `mergeable` and `mergeable_state` as a pull request's full form has them. GitHub finds out in the background: who asks first of
/// this base and head is told nothing. With `ask` false nobody asked, as in a webhook.
pub(super) fn look(state: &mut State, at: At, number: u64, ask: bool) -> Result<(Option<bool>, &'static str), Error> {
    let repo = state.repo_mut(at);
    let Some(issue) = repo.issues.get_mut(&number).filter(|issue| issue.open) else { return Ok((None, "unknown")) };
    let Some(pull) = issue.pull.as_mut() else { return Ok((None, "unknown")) };
    let Some(tip) = repo.git.reference(&format!("refs/heads/{}", pull.base_ref)).map(str::to_owned) else {
        return Ok((None, "unknown"));
    };
    let sides = (tip, pull.head_sha.clone());
    let known = pull.merge_asked.as_ref() == Some(&sides);
    if ask {
        pull.merge_asked = Some(sides.clone());
    }
    if !ask || !known {
        return Ok((None, if pull.draft { "draft" } else { "unknown" }));
    }
    let draft = pull.draft;
    let (tip, head) = sides;
    if !repo.git.merges_cleanly(&tip, &head)? {
        return Ok((Some(false), "dirty"));
    }
    if draft {
        return Ok((Some(true), "draft"));
    }
    let word = match obstacle(state, at, number)? {
        Some(Obstacle::Blocked) => "blocked",
        Some(Obstacle::Behind) => "behind",
        None if is_unstable(state, at, &head) => "unstable",
        None => "clean",
    };
    Ok((Some(true), word))
}

/// What the base branch's rules hold against a merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    Blocked,
    Behind,
}

impl Obstacle {
    pub fn refusal(self) -> Answer {
        Answer::refusal(
            405,
            match self {
                Self::Blocked => "Repository rule violations found: more approving reviews are required.",
                Self::Behind => "Head branch is out of date. Review and try the merge again.",
            },
        )
    }
}

pub(super) fn obstacle(state: &mut State, at: At, number: u64) -> Result<Option<Obstacle>, Error> {
    let rules = state.repo(at).merge_rules;
    let Some((_, pull)) = state.repo(at).pull(number) else { return Ok(None) };
    // The newest verdict of everybody whose verdict counts.
    let mut verdicts: BTreeMap<&str, &str> = BTreeMap::new();
    for review in pull.reviews.iter().filter(|review| state.role(at, &review.author) >= Role::Write) {
        match review.state.as_str() {
            "APPROVED" | "CHANGES_REQUESTED" => drop(verdicts.insert(&review.author, &review.state)),
            "DISMISSED" => drop(verdicts.remove(review.author.as_str())),
            _ => {}
        }
    }
    let approvals = verdicts.values().filter(|verdict| **verdict == "APPROVED").count();
    if rules.approvals > 0 && (approvals < rules.approvals || approvals < verdicts.len()) {
        return Ok(Some(Obstacle::Blocked));
    }
    let (base, head) = (pull.base_ref.clone(), pull.head_sha.clone());
    let repo = state.repo_mut(at);
    let Some(tip) = repo.branch(&base).map(str::to_owned) else { return Ok(None) };
    let behind = rules.up_to_date && repo.git.compare(&tip, &head)?.behind > 0;
    Ok(behind.then_some(Obstacle::Behind))
}

/// Whether a check of the head runs still, or failed.
fn is_unstable(state: &State, at: At, head: &str) -> bool {
    let repo = state.repo(at);
    let passed = |word: Option<&str>| matches!(word, Some("success" | "neutral" | "skipped"));
    let mut statuses: BTreeMap<&str, &str> = BTreeMap::new();
    for status in repo.statuses.iter().filter(|status| status.sha == head) {
        statuses.insert(&status.context, &status.state);
    }
    latest(&repo.runs, |run| run.sha == head).into_iter().any(|run| !passed(run.conclusion.as_deref()))
        || statuses.values().any(|word| *word != "success")
}
