//! Milestones, and who is assigned.

use serde_json::{Map, Value};

use super::super::answer::Answer;
use super::super::state::{AccountKind, At, Milestone, State};
use super::super::{shapes, time};
use super::issues::announce;
use super::reviews::is_collaborator;

/// Makes a milestone and gives its number.
pub(in super::super) fn make_milestone(state: &mut State, at: At, title: &str, by: &str) -> u64 {
    let creator = state.ensure_account(by, AccountKind::User);
    let id = state.fresh_id();
    let milestones = &mut state.repo_mut(at).milestones;
    let number = milestones.last().map_or(1, |last| last.number + 1);
    milestones.push(Milestone { id, number, title: title.to_owned(), creator, created_at: time::now() });
    number
}

/// Gives an issue or pull request a milestone, or takes it away.
pub(in super::super) fn set_milestone(state: &mut State, at: At, number: u64, to: Option<u64>, by: &str) -> Result<(), Answer> {
    if to.is_some_and(|to| state.repo(at).milestones.iter().all(|known| known.number != to)) {
        return Err(Answer::invalid("Issue", "milestone", "invalid", None));
    }
    let issue = state.repo_mut(at).issues.get_mut(&number).ok_or_else(Answer::not_found)?;
    let before = std::mem::replace(&mut issue.milestone, to);
    if before == to {
        return Ok(());
    }
    issue.updated_at = time::now();
    for (which, action) in [(before, "demilestoned"), (to, "milestoned")] {
        let repo = state.repo(at);
        let Some(known) = repo.milestones.iter().find(|known| Some(known.number) == which) else { continue };
        let shape = shapes::milestone(state, repo, known);
        announce(state, at, number, action, by, Map::from_iter([("milestone".to_owned(), shape)]));
    }
    Ok(())
}

/// Whether a person can be assigned here: collaborators, and in an issue also whoever opened it or commented on it.
pub(in super::super) fn is_assignable(state: &State, at: At, login: &str, number: Option<u64>) -> bool {
    let person = state.account(login).is_some_and(|account| account.kind == AccountKind::User);
    let issue = number.and_then(|number| state.repo(at).issue(number));
    let said = |login: &str| {
        issue.is_some_and(|issue| {
            let mut authors = issue.comments.iter().map(|comment| &comment.author).chain([&issue.author]);
            authors.any(|author| author.eq_ignore_ascii_case(login))
        })
    };
    is_collaborator(state, at, login) || (person && said(login))
}

/// The most people that GitHub assigns to one issue.
const MOST_ASSIGNED: usize = 10;

/// Assigns those who can be; the others are dropped without a word.
pub(in super::super) fn assign(state: &mut State, at: At, number: u64, logins: &[String], by: &str) {
    for login in logins {
        if !is_assignable(state, at, login, Some(number)) {
            continue;
        }
        let login = state.ensure_account(login, AccountKind::User);
        let Some(issue) = state.repo_mut(at).issues.get_mut(&number) else { return };
        if !issue.assignees.contains(&login) && issue.assignees.len() < MOST_ASSIGNED {
            issue.assignees.push(login.clone());
            tell(state, at, number, "assigned", &login, by);
        }
    }
}

pub(in super::super) fn unassign(state: &mut State, at: At, number: u64, logins: &[String], by: &str) {
    for login in logins {
        let Some(issue) = state.repo_mut(at).issues.get_mut(&number) else { return };
        let Some(place) = issue.assignees.iter().position(|known| known.eq_ignore_ascii_case(login)) else { continue };
        let login = issue.assignees.remove(place);
        tell(state, at, number, "unassigned", &login, by);
    }
}

fn tell(state: &mut State, at: At, number: u64, action: &str, login: &str, by: &str) {
    if let Some(issue) = state.repo_mut(at).issues.get_mut(&number) {
        issue.updated_at = time::now();
    }
    let person: Value = shapes::user(state, login);
    announce(state, at, number, action, by, Map::from_iter([("assignee".to_owned(), person)]));
}
