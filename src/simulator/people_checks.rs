//! What people do on the pages of checks: buttons, and running again.

use serde_json::{Map, json};

use super::acts::{self, Again};
use super::error::Error;
use super::people::{Person, refused};
use super::state::{CheckRun, Checker, Role};
use crate::domain::RepoName;

impl Person<'_> {
    /// Presses a button of one of the App's checks on a commit. GitHub shows buttons once the check is completed.
    pub fn press_button(&self, repository: &RepoName, sha: &str, identifier: &str) -> Result<(), Error> {
        self.act(repository, Role::Write, "press a button", |state, at, by| {
            let has = |run: &CheckRun| run.actions.iter().any(|action| action["identifier"] == identifier);
            let found = acts::latest(&state.repo(at).runs, |run| run.sha == sha && run.by == Checker::App);
            let (id, over) = found
                .into_iter()
                .find(|run| has(run))
                .map(|run| (run.id, run.status == "completed"))
                .ok_or_else(|| Error::Unknown(format!("the button {identifier} on {sha} in {repository}")))?;
            if !over {
                return Err(Error::Refused {
                    doing: "press a button".into(),
                    because: "the check is not completed, and shows no buttons".into(),
                });
            }
            let extra = Map::from_iter([("requested_action".to_owned(), json!({ "identifier": identifier }))]);
            acts::announce_run(state, at, id, "requested_action", by, extra);
            Ok(())
        })
    }

    /// "Re-run" beside one check: the App is asked for its own, and a job of the CI runs again.
    pub fn rerequest_check(&self, repository: &RepoName, sha: &str, name: &str) -> Result<(), Error> {
        let doing = "run a check again";
        self.act(repository, Role::Write, doing, |state, at, by| {
            let found = acts::latest(&state.repo(at).runs, |run| run.sha == sha && run.name == name);
            let run = found.first().ok_or_else(|| Error::Unknown(format!("the check {name} on {sha} in {repository}")))?;
            let (id, suite, checker) = (run.id, run.suite, run.by);
            match checker {
                Checker::App => {
                    acts::rerequest(state, at, id, by);
                    Ok(())
                }
                Checker::Actions => acts::again(state, at, suite, Again::One(id), by).map_err(refused(doing)),
            }
        })
    }

    /// "Re-run all checks" of the App.
    pub fn rerequest_suite(&self, repository: &RepoName, sha: &str) -> Result<(), Error> {
        self.act(repository, Role::Write, "run the App's checks again", |state, at, by| {
            let suites = state.repo(at).suites.iter().rev();
            let suite = suites.filter(|suite| suite.by == Checker::App).find(|suite| suite.sha == sha).map(|suite| suite.id);
            acts::rerequest_suite(state, at, suite.ok_or_else(|| Error::Unknown(format!("the App's suite on {sha} in {repository}")))?, by)
        })
    }

    /// "Re-run failed jobs" of every workflow run of a commit that has some; how many runs there were.
    pub fn rerun_failed_jobs(&self, repository: &RepoName, sha: &str) -> Result<usize, Error> {
        let doing = "run failed jobs again";
        self.act(repository, Role::Write, doing, |state, at, by| {
            let repo = state.repo(at);
            let failed = |suite: u64| {
                let runs = acts::latest(&repo.runs, |run| run.suite == suite);
                runs.iter().any(|run| super::checks::failed(run.conclusion.as_deref()))
            };
            let suites = repo.suites.iter().filter(|suite| suite.sha == sha && suite.workflow.is_some() && failed(suite.id));
            let suites: Vec<u64> = suites.map(|suite| suite.id).collect();
            for suite in &suites {
                acts::again(state, at, *suite, Again::Failed, by).map_err(refused(doing))?;
            }
            Ok(suites.len())
        })
    }
}
