//! Which checks other pull requests of the repository fail: what many fail is no one's own.

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::moment;
use super::repository::Repository;
use crate::domain::{PullNumber, Timestamp};

/// So many of the pull requests that were touched last are looked at.
const FAILING: &str = "query Failing($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { \
    pullRequests(first: 50, orderBy: {field: UPDATED_AT, direction: DESC}) { nodes { number updatedAt \
    commits(last: 1) { nodes { commit { statusCheckRollup { contexts(first: 100) { nodes { __typename \
    ... on CheckRun { name conclusion } ... on StatusContext { context state } } } } } } } } } } }";

#[derive(Deserialize)]
struct Data {
    repository: Option<Holder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    pull_requests: Nodes<Pull>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    #[serde(default = "Vec::new")]
    nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pull {
    number: u64,
    updated_at: String,
    commits: Nodes<Head>,
}

#[derive(Deserialize)]
struct Head {
    commit: Commit,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commit {
    status_check_rollup: Option<Rollup>,
}

#[derive(Deserialize)]
struct Rollup {
    contexts: Nodes<Context>,
}

/// A check run with `name` and `conclusion`, or a status with `context` and `state`.
#[derive(Deserialize)]
struct Context {
    name: Option<String>,
    conclusion: Option<String>,
    context: Option<String>,
    state: Option<String>,
}

impl Context {
    fn failed(self) -> Option<String> {
        let red = matches!(self.conclusion.as_deref(), Some("FAILURE" | "TIMED_OUT" | "STARTUP_FAILURE"))
            || matches!(self.state.as_deref(), Some("FAILURE" | "ERROR"));
        self.name.or(self.context).filter(|_| red)
    }
}

impl Repository {
    /// The names of the checks that each pull request but `own` fails at its head, of those touched since then: a list for each.
    pub async fn failing_elsewhere(&self, own: Option<PullNumber>, since: Timestamp) -> Result<Vec<Vec<String>>, Error> {
        let data: Data = self.ask(FAILING, json!({ "owner": self.name().owner(), "name": self.name().name() })).await?;
        let pulls = data.repository.into_iter().flat_map(|repository| repository.pull_requests.nodes);
        let others = pulls.filter(|pull| own != Some(PullNumber(pull.number)));
        let fresh = others.filter(|pull| moment::read(&pull.updated_at).is_some_and(|at| at >= since));
        let failing = fresh.map(|pull| {
            let heads = pull.commits.nodes.into_iter().filter_map(|head| head.commit.status_check_rollup);
            heads.flat_map(|rollup| rollup.contexts.nodes).filter_map(Context::failed).collect()
        });
        Ok(failing.collect())
    }
}
