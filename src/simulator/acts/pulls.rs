//! Pull requests: opened, changed, merged.

use serde_json::{Map, Value, json};

use super::super::answer::Answer;
use super::super::error::Error;
use super::super::git::Signature;
use super::super::state::{AccountKind, At, Pull, State};
use super::super::{ci, shapes, time};
use super::issues::{IssueChange, announce, change_issue, new_issue};
use super::{mergeability, pushes, threads};

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
    let sides = state.repo(at).pull(number).map(|(_, pull)| (pull.base_sha.clone(), pull.head_sha.clone()));
    let Some((base, head)) = sides else { return Ok(Value::Null) };
    let changed = state.repo_mut(at).git.compare(&base, &head)?;
    let merge = mergeability::look(state, at, number, ask_mergeable)?;
    let repo = state.repo(at);
    Ok(repo.pull(number).map_or(Value::Null, |(issue, pull)| shapes::pull(state, repo, issue, pull, &changed, merge)))
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
    let (branch, sha) = (new.head.clone(), head_sha.clone());
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
        resolved: Default::default(),
        merge_asked: None,
    });
    state.repo_mut(at).issues.insert(number, issue);
    announce(state, at, number, "opened", &by, Map::new());
    ci::opened(state, at, &branch, &sha)?;
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
        prepare_reopening(state, at, number)?;
    }
    change_issue(state, at, number, by, change);
    Ok(())
}

/// A pull request is opened again only where its branch is still there and went on from where it was; it takes up what was pushed.
fn prepare_reopening(state: &mut State, at: At, number: u64) -> Result<(), Answer> {
    let refuse = |why: &str| {
        let message = format!("state cannot be changed. {why}");
        Err(Answer::invalid("PullRequest", "state", "invalid", Some(message)))
    };
    let repo = state.repo_mut(at);
    let Some((issue, pull)) = repo.pull(number).filter(|(issue, _)| !issue.open) else { return Ok(()) };
    let (number, head_ref, old) = (issue.number, pull.head_ref.clone(), pull.head_sha.clone());
    if pull.merged_at.is_some() {
        return refuse("The pull request was merged.");
    }
    let Some(tip) = repo.branch(&head_ref).map(str::to_owned) else { return refuse(&format!("The {head_ref} branch was deleted.")) };
    let twin = repo.pulls().any(|(other, it)| other.open && it.head_ref == head_ref && it.base_ref == pull.base_ref);
    if twin {
        return refuse(&format!("There is already an open pull request from {head_ref}."));
    }
    if !repo.git.is_ancestor(&old, &tip)? {
        return refuse(&format!("The {head_ref} branch was force-pushed or recreated."));
    }
    move_head(state, at, number, &tip)?;
    Ok(())
}

/// The pull request's branch is at `head` now: its base is what the base branch is now, and comments look for their lines.
pub(super) fn move_head(state: &mut State, at: At, number: u64, head: &str) -> Result<(), Error> {
    let repo = state.repo_mut(at);
    let Some(pull) = repo.issues.get_mut(&number).and_then(|issue| issue.pull.as_mut()) else { return Ok(()) };
    head.clone_into(&mut pull.head_sha);
    if let Some(tip) = repo.git.reference(&format!("refs/heads/{}", pull.base_ref)) {
        tip.clone_into(&mut pull.base_sha);
    }
    threads::place_anew(state, at, number)
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

/// Merges with a merge commit, and deletes the branch where the repository wants that.
pub(in super::super) fn merge(state: &mut State, at: At, number: u64, by: &str) -> Result<String, Answer> {
    let by = state.ensure_account(by, AccountKind::User);
    let repo = state.repo(at);
    let Some((issue, pull)) = repo.pull(number).filter(|(issue, pull)| issue.open && !pull.draft) else {
        return Err(Answer::refusal(405, "Pull Request is not mergeable"));
    };
    let (title, head, head_ref, base_ref) = (issue.title.clone(), pull.head_sha.clone(), pull.head_ref.clone(), pull.base_ref.clone());
    if let Some(obstacle) = mergeability::obstacle(state, at, number)? {
        return Err(obstacle.refusal());
    }
    let repo = state.repo(at);
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
    let repo = state.repo(at);
    if repo.delete_branch_on_merge && head_ref != repo.default_branch && repo.branch(&head_ref).is_some() {
        pushes::update(state, at, &format!("refs/heads/{head_ref}"), None, &by)?;
    }
    Ok(sha)
}

/// The name and address under which an account commits through GitHub.
pub(in super::super) fn person(state: &State, login: &str) -> Signature {
    let id = state.account(login).map_or(0, |a| a.id);
    Signature { name: login.to_owned(), email: format!("{id}+{login}@users.noreply.github.com"), seconds: time::now().0 / 1000 }
}
