//! Reviews: asked for, submitted with what they say of lines, edited, dismissed.

use serde_json::{Map, Value, json};

use super::super::answer::Answer;
use super::super::reviewers::LineComment;
use super::super::state::{AccountKind, At, Review, State};
use super::super::webhooks::emit;
use super::super::{shapes, time};
use super::issues::announce;
use super::threads::{announce_comment, write_comment};

/// Submits a review. `verdict` is `APPROVE`, `REQUEST_CHANGES` or `COMMENT`. One that comments on a line outside the diff is refused
/// as a whole. Whoever reviews is no longer asked to.
pub(in super::super) fn submit_review(
    state: &mut State,
    at: At,
    number: u64,
    by: &str,
    (verdict, body): (&str, &str),
    comments: &[LineComment<'_>],
) -> Result<u64, Answer> {
    let by = state.ensure_account(by, AccountKind::User);
    let (issue, _) = state.repo(at).pull(number).ok_or_else(Answer::not_found)?;
    let own = issue.author == by;
    let word = match verdict {
        "COMMENT" if body.is_empty() && comments.is_empty() => return Err(Answer::unprocessable("Body can't be blank")),
        "REQUEST_CHANGES" if body.is_empty() && comments.is_empty() => return Err(Answer::unprocessable("Body can't be blank")),
        "APPROVE" if own => return Err(Answer::unprocessable("Can not approve your own pull request")),
        "REQUEST_CHANGES" if own => return Err(Answer::unprocessable("Can not request changes on your own pull request")),
        "COMMENT" => "COMMENTED",
        "APPROVE" => "APPROVED",
        "REQUEST_CHANGES" => "CHANGES_REQUESTED",
        _ => return Err(Answer::invalid("PullRequestReview", "event", "invalid", None)),
    };
    let mut written = Vec::new();
    for comment in comments {
        written.push(write_comment(state, at, number, &by, comment)?);
    }
    let review = add_review(state, at, number, &by, word, body).ok_or_else(Answer::not_found)?;
    let ids: Vec<u64> = written.iter().map(|comment| comment.id).collect();
    if let Some(pull) = state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) {
        pull.reviewers.retain(|login| *login != by);
        pull.review_comments.extend(written.into_iter().map(|comment| super::super::state::ReviewComment { review, ..comment }));
    }
    announce_review(state, at, number, review, "submitted", &by, Map::new());
    for id in ids {
        announce_comment(state, at, number, id, "created", &by, Map::new());
    }
    Ok(review)
}

/// Puts a review into the pull request without telling anybody.
pub(super) fn add_review(state: &mut State, at: At, number: u64, by: &str, verdict: &str, body: &str) -> Option<u64> {
    let (id, now) = (state.fresh_id(), time::now());
    let issue = state.repo_mut(at).issues.get_mut(&number)?;
    issue.updated_at = now;
    let pull = issue.pull.as_mut()?;
    pull.reviews.push(Review {
        id,
        author: by.to_owned(),
        body: body.to_owned(),
        state: verdict.to_owned(),
        commit: pull.head_sha.clone(),
        submitted_at: now,
    });
    Some(id)
}

/// Takes a verdict's force away. A review that is only a comment has none.
pub(in super::super) fn dismiss_review(state: &mut State, at: At, number: u64, review: u64, by: &str) -> Result<(), Answer> {
    let found = review_mut(state, at, number, review).ok_or_else(Answer::not_found)?;
    if !matches!(found.state.as_str(), "APPROVED" | "CHANGES_REQUESTED") {
        return Err(Answer::unprocessable("Can not dismiss a commented pull request review"));
    }
    "DISMISSED".clone_into(&mut found.state);
    announce_review(state, at, number, review, "dismissed", by, Map::new());
    Ok(())
}

/// Whether there is such a review.
pub(in super::super) fn edit_review(state: &mut State, at: At, number: u64, review: u64, by: &str, body: &str) -> bool {
    let Some(found) = review_mut(state, at, number, review) else { return false };
    let from = std::mem::replace(&mut found.body, body.to_owned());
    let changes = json!({ "body": { "from": from } });
    announce_review(state, at, number, review, "edited", by, Map::from_iter([("changes".to_owned(), changes)]));
    true
}

fn review_mut(state: &mut State, at: At, number: u64, review: u64) -> Option<&mut Review> {
    let pull = state.repo_mut(at).issues.get_mut(&number)?.pull.as_mut()?;
    pull.reviews.iter_mut().find(|found| found.id == review)
}

pub(super) fn announce_review(
    state: &mut State,
    at: At,
    number: u64,
    review: u64,
    action: &str,
    by: &str,
    mut payload: Map<String, Value>,
) {
    let repo = state.repo(at);
    let Some((issue, pull)) = repo.pull(number) else { return };
    let Some(review) = pull.reviews.iter().find(|found| found.id == review) else { return };
    let mut shape = shapes::review(state, repo, number, review);
    // REST writes the verdict in capitals, webhooks do not.
    shape["state"] = json!(review.state.to_lowercase());
    payload.insert("review".into(), shape);
    payload.insert("pull_request".into(), shapes::pull_simple(state, repo, issue, pull));
    emit(state, at, "pull_request_review", Some(action), by, Value::Object(payload));
}

/// Asks people for a review: collaborators, and not whoever opened the pull request.
pub(in super::super) fn request_reviews(state: &mut State, at: At, number: u64, logins: &[String], by: &str) -> Result<(), Answer> {
    let author = state.repo(at).pull(number).map(|(issue, _)| issue.author.clone()).ok_or_else(Answer::not_found)?;
    if logins.iter().any(|login| login.eq_ignore_ascii_case(&author)) {
        return Err(Answer::unprocessable("Review cannot be requested from pull request author."));
    }
    if !logins.iter().all(|login| is_collaborator(state, at, login)) {
        return Err(Answer::unprocessable(
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the repository.",
        ));
    }
    for login in logins {
        let login = state.ensure_account(login, AccountKind::User);
        let Some(pull) = state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { continue };
        if !pull.reviewers.contains(&login) {
            pull.reviewers.push(login.clone());
            tell_request(state, at, number, "review_requested", &login, by);
        }
    }
    Ok(())
}

/// Asks them no longer. Those who were not asked are passed over.
pub(in super::super) fn unrequest_reviews(state: &mut State, at: At, number: u64, logins: &[String], by: &str) {
    for login in logins {
        let Some(pull) = state.repo_mut(at).issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { continue };
        let Some(place) = pull.reviewers.iter().position(|known| known.eq_ignore_ascii_case(login)) else { continue };
        let login = pull.reviewers.remove(place);
        tell_request(state, at, number, "review_request_removed", &login, by);
    }
}

fn tell_request(state: &mut State, at: At, number: u64, action: &str, login: &str, by: &str) {
    let reviewer = shapes::user(state, login);
    announce(state, at, number, action, by, Map::from_iter([("requested_reviewer".to_owned(), reviewer)]));
}

/// A person who was given a role here, or who owns the repository.
pub(super) fn is_collaborator(state: &State, at: At, login: &str) -> bool {
    let repo = state.repo(at);
    let person = state.account(login).is_some_and(|account| account.kind == AccountKind::User);
    person && (repo.owner.eq_ignore_ascii_case(login) || repo.collaborators.keys().any(|known| known.eq_ignore_ascii_case(login)))
}
