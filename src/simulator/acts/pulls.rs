//! Pull requests and what is said about them.

use serde_json::{Map, Value, json};

use super::super::answer::Answer;
use super::super::error::Error;
use super::super::git::Signature;
use super::super::state::{AccountKind, At, Pull, Review, ReviewComment, State};
use super::super::webhooks::emit;
use super::super::{shapes, time};
use super::issues::{IssueChange, announce, change_issue, new_issue};
use super::pushes;

/// A pull request to be opened within one repository.
#[derive(Debug, Clone)]
pub(in super::super) struct NewPull {
    pub title: String,
    pub body: Option<String>,
    pub head: String,
    pub base: String,
    pub draft: bool,
}

/// The full form of a pull request; asking whether it can be merged costs a process.
pub(in super::super) fn full(state: &mut State, at: At, number: u64, ask_mergeable: bool) -> Result<Value, Error> {
    let sides = state.repo(at).pull(number).map(|(_, pull)| (pull.base_sha.clone(), pull.head_sha.clone(), pull.base_ref.clone()));
    let Some((base, head, base_ref)) = sides else { return Ok(Value::Null) };
    let repo = state.repo_mut(at);
    let changed = repo.git.compare(&base, &head)?;
    let tip = repo.branch(&base_ref).map(str::to_owned);
    let mergeable = match tip {
        Some(tip) if ask_mergeable => Some(repo.git.merges_cleanly(&tip, &head)?),
        _ => None,
    };
    let repo = state.repo(at);
    Ok(repo.pull(number).map_or(Value::Null, |(issue, pull)| shapes::pull(state, repo, issue, pull, &changed, mergeable)))
}

/// Opens a pull request, or says as GitHub does why not.
pub(in super::super) fn open_pull(state: &mut State, at: At, by: &str, new: NewPull) -> Result<u64, Answer> {
    let by = state.ensure_account(by, AccountKind::User);
    let repo = state.repo_mut(at);
    let owner = repo.owner.clone();
    let refuse = |message: String| Err(Answer::invalid("PullRequest", "base", "custom", Some(message)));
    let Some(base_sha) = repo.branch(&new.base).map(str::to_owned) else {
        return Err(Answer::invalid("PullRequest", "base", "invalid", None));
    };
    let Some(head_sha) = repo.branch(&new.head).map(str::to_owned) else {
        return Err(Answer::invalid("PullRequest", "head", "invalid", None));
    };
    if repo.pulls().any(|(issue, pull)| issue.open && pull.head_ref == new.head && pull.base_ref == new.base) {
        return refuse(format!("A pull request already exists for {owner}:{}.", new.head));
    }
    if repo.git.is_ancestor(&head_sha, &base_sha)? {
        return refuse(format!("No commits between {} and {}", new.base, new.head));
    }
    let number = repo.next_number();
    let mut issue = new_issue(state, number, &by, &new.title, new.body.as_deref());
    issue.pull = Some(Pull {
        id: state.fresh_id(),
        head_ref: new.head,
        head_sha,
        base_ref: new.base,
        base_sha,
        draft: new.draft,
        merged_at: None,
        merged_by: None,
        merge_commit: None,
        reviewers: Vec::new(),
        reviews: Vec::new(),
        review_comments: Vec::new(),
    });
    state.repo_mut(at).issues.insert(number, issue);
    announce(state, at, number, "opened", &by, Map::new());
    Ok(number)
}

/// Changes title, body, state or base.
pub(in super::super) fn change_pull(
    state: &mut State,
    at: At,
    number: u64,
    by: &str,
    change: IssueChange,
    base: Option<String>,
) -> Result<(), Answer> {
    let mut payload = Map::new();
    if let Some(base) = base {
        let repo = state.repo_mut(at);
        let Some(sha) = repo.branch(&base).map(str::to_owned) else {
            return Err(Answer::invalid("PullRequest", "base", "invalid", None));
        };
        if let Some(pull) = repo.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()).filter(|pull| pull.base_ref != base) {
            let from = json!({ "base": { "ref": { "from": pull.base_ref }, "sha": { "from": pull.base_sha } } });
            (pull.base_ref, pull.base_sha) = (base, sha);
            payload.insert("changes".into(), from);
        }
    }
    if !payload.is_empty() {
        announce(state, at, number, "edited", by, payload);
    }
    if change.open == Some(true) {
        let gone =
            state.repo(at).pull(number).filter(|(_, pull)| pull.merged_at.is_some() || state.repo(at).branch(&pull.head_ref).is_none());
        if gone.is_some() {
            return Err(Answer::invalid(
                "PullRequest",
                "state",
                "invalid",
                Some("state cannot be changed. The branch was deleted or merged.".into()),
            ));
        }
    }
    change_issue(state, at, number, by, change);
    Ok(())
}

/// Marks a draft as ready for review, or the other way round. Whether anything changed.
pub(in super::super) fn ready(state: &mut State, at: At, number: u64, by: &str, draft: bool) -> bool {
    let Some(issue) = state.repo_mut(at).issues.get_mut(&number) else { return false };
    let Some(pull) = issue.pull.as_mut().filter(|pull| pull.draft != draft) else { return false };
    pull.draft = draft;
    issue.updated_at = time::now();
    announce(state, at, number, if draft { "converted_to_draft" } else { "ready_for_review" }, by, Map::new());
    true
}

/// Merges with a merge commit.
pub(in super::super) fn merge(state: &mut State, at: At, number: u64, by: &str) -> Result<String, Answer> {
    let by = state.ensure_account(by, AccountKind::User);
    let repo = state.repo(at);
    let Some((issue, pull)) = repo.pull(number).filter(|(issue, pull)| issue.open && !pull.draft) else {
        return Err(Answer::refusal(405, "Pull Request is not mergeable"));
    };
    let (title, head, head_ref, base_ref) = (issue.title.clone(), pull.head_sha.clone(), pull.head_ref.clone(), pull.base_ref.clone());
    let base = repo.branch(&base_ref).map(str::to_owned).ok_or_else(Answer::not_found)?;
    let message = format!("Merge pull request #{number} from {}/{head_ref}\n\n{title}", repo.owner);
    let author = person(state, &by);
    let git = &mut state.repo_mut(at).git;
    let tree = git.merged_tree(&base, &head)?.ok_or_else(|| Answer::refusal(405, "Pull Request has merge conflicts"))?;
    let committer = Signature { name: "GitHub".into(), email: "noreply@github.com".into(), seconds: author.seconds };
    let sha = git.write_commit(&tree, &[base, head], &author, &committer, &message)?;
    let now = time::now();
    if let Some(issue) = state.repo_mut(at).issues.get_mut(&number) {
        issue.open = false;
        issue.closed_at = Some(now);
        issue.closed_by = Some(by.clone());
        if let Some(pull) = &mut issue.pull {
            pull.merged_at = Some(now);
            pull.merged_by = Some(by.clone());
            pull.merge_commit = Some(sha.clone());
        }
    }
    announce(state, at, number, "closed", &by, Map::new());
    pushes::update(state, at, &format!("refs/heads/{base_ref}"), Some(&sha), &by)?;
    Ok(sha)
}

/// The name and address under which an account commits through GitHub.
pub(in super::super) fn person(state: &State, login: &str) -> Signature {
    let id = state.account(login).map_or(0, |a| a.id);
    Signature { name: login.to_owned(), email: format!("{id}+{login}@users.noreply.github.com"), seconds: time::now().0 / 1000 }
}

/// A review; `verdict` is `APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`.
pub(in super::super) fn review(state: &mut State, at: At, number: u64, by: &str, verdict: &str, body: &str) -> Option<u64> {
    let by = state.ensure_account(by, AccountKind::User);
    let id = state.fresh_id();
    let pull = state.repo_mut(at).issues.get_mut(&number)?.pull.as_mut()?;
    let review = Review {
        id,
        author: by.clone(),
        body: body.to_owned(),
        state: verdict.to_owned(),
        commit: pull.head_sha.clone(),
        submitted_at: time::now(),
    };
    pull.reviews.push(review.clone());
    let repo = state.repo(at);
    let mut shape = shapes::review(state, repo, number, &review);
    shape["state"] = json!(verdict.to_lowercase());
    let (issue, pull) = repo.pull(number)?;
    let extra = json!({ "review": shape, "pull_request": shapes::pull_simple(state, repo, issue, pull) });
    emit(state, at, "pull_request_review", Some("submitted"), &by, extra);
    Some(id)
}

/// A comment on a line of the diff, or an answer to one.
#[derive(Debug, Clone)]
pub(in super::super) struct NewReviewComment {
    pub body: String,
    pub path: String,
    pub line: Option<u64>,
    pub review: Option<u64>,
    pub in_reply_to: Option<u64>,
}

pub(in super::super) fn review_comment(state: &mut State, at: At, number: u64, by: &str, new: NewReviewComment) -> Option<u64> {
    let by = state.ensure_account(by, AccountKind::User);
    let (id, now) = (state.fresh_id(), time::now());
    let pull = state.repo_mut(at).issues.get_mut(&number)?.pull.as_mut()?;
    let comment = ReviewComment {
        id,
        review: new.review,
        author: by.clone(),
        body: new.body,
        path: new.path,
        line: new.line,
        commit: pull.head_sha.clone(),
        in_reply_to: new.in_reply_to,
        created_at: now,
        updated_at: now,
    };
    pull.review_comments.push(comment.clone());
    let repo = state.repo(at);
    let (issue, pull) = repo.pull(number)?;
    let extra = json!({
        "comment": shapes::review_comment(state, repo, number, &comment),
        "pull_request": shapes::pull_simple(state, repo, issue, pull)
    });
    emit(state, at, "pull_request_review_comment", Some("created"), &by, extra);
    Some(id)
}
