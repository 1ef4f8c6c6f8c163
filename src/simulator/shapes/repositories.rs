//! Repositories, in the long and in the short form.

use serde_json::{Map, Value, json};

use super::super::state::{Repository, State};
use super::super::time;
use super::{api, node, user};

/// The addresses below a repository that are the address and a fixed ending.
const ADDRESSES: [(&str, &str); 37] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
    ("url", ""),
];

/// A minimal repository: names and addresses.
pub(in super::super) fn minimal_repository(state: &State, repo: &Repository) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}", api(state));
    let mut shape: Map<String, Value> =
        ADDRESSES.iter().map(|(name, ending)| ((*name).to_owned(), json!(format!("{url}{ending}")))).collect();
    shape.insert("id".into(), json!(repo.id));
    shape.insert("node_id".into(), json!(node("R", repo.id)));
    shape.insert("name".into(), json!(repo.name));
    shape.insert("full_name".into(), json!(full));
    shape.insert("private".into(), json!(repo.private));
    shape.insert("owner".into(), user(state, &repo.owner));
    shape.insert("html_url".into(), json!(format!("{}/{full}", state.base)));
    shape.insert("description".into(), Value::Null);
    shape.insert("fork".into(), json!(false));
    Value::Object(shape)
}

/// A full repository.
pub(in super::super) fn repository(state: &State, repo: &Repository) -> Value {
    let mut shape = minimal_repository(state, repo);
    let full = repo.full_name();
    let html = format!("{}/{full}", state.base);
    let open = repo.issues.values().filter(|issue| issue.open).count();
    let more = json!({
        "clone_url": format!("{html}.git"),
        "git_url": format!("git://127.0.0.1/{full}.git"),
        "ssh_url": format!("git@127.0.0.1:{full}.git"),
        "svn_url": html,
        "mirror_url": null,
        "homepage": null,
        "language": null,
        "license": null,
        "topics": [],
        "visibility": if repo.private { "private" } else { "public" },
        "default_branch": repo.default_branch,
        "created_at": time::rfc3339(repo.created_at),
        "updated_at": time::rfc3339(repo.pushed_at),
        "pushed_at": time::rfc3339(repo.pushed_at),
        "size": 0, "forks": 0, "forks_count": 0, "network_count": 0,
        "stargazers_count": 0, "subscribers_count": 0, "watchers": 0, "watchers_count": 0,
        "open_issues": open, "open_issues_count": open,
        "has_issues": true, "has_projects": false, "has_wiki": false, "has_pages": false, "has_discussions": false, "has_downloads": false,
        "delete_branch_on_merge": repo.delete_branch_on_merge,
        "archived": false, "disabled": false, "allow_forking": true, "is_template": false, "web_commit_signoff_required": false
    });
    if let (Some(shape), Value::Object(more)) = (shape.as_object_mut(), more) {
        shape.extend(more);
    }
    shape
}
