//! The CI's own hands: jobs begin, end, fail, are lost and appear when a test says so. For [`super::Ci::ByHand`], and for
//! whatever else the CI of a commit is to have done.

use super::Simulator;
use super::acts::{self, NewRun, RunChange};
use super::checks::{Job, Log};
use super::ci::{self, Step, Writer, Written};
use super::error::Error;
use super::people::place;
use super::shared::Shared;
use super::state::{At, CheckRun, Checker, State};
use super::time;
use crate::domain::RepoName;

/// The CI of one repository, led by hand.
#[derive(Clone)]
pub struct Hands<'s> {
    shared: &'s Shared,
    repository: RepoName,
}

/// What kind of runner is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost<'n> {
    Hosted,
    SelfHosted(&'n str),
}

impl Simulator {
    /// The CI of a repository, to be led by hand.
    pub fn ci(&self, repository: &RepoName) -> Hands<'_> {
        Hands { shared: &self.shared, repository: repository.clone() }
    }
}

impl Hands<'_> {
    /// Does something with the newest job of that name on the commit.
    fn with<T>(&self, sha: &str, name: &str, act: impl FnOnce(&mut State, At, CheckRun) -> Result<T, Error>) -> Result<T, Error> {
        self.shared.with(|state| {
            let at = place(state, &self.repository)?;
            let same = |run: &&CheckRun| run.sha == sha && run.name == name && run.by == Checker::Actions;
            let run = state.repo(at).runs.iter().rev().find(same).cloned();
            let run = run.ok_or_else(|| Error::Unknown(format!("the job {name} on {sha} in {}", self.repository)))?;
            act(state, at, run)
        })
    }

    /// The same with a job that is not over.
    fn open<T>(&self, sha: &str, name: &str, act: impl FnOnce(&mut State, At, CheckRun) -> Result<T, Error>) -> Result<T, Error> {
        self.with(sha, name, |state, at, run| {
            if run.status == "completed" {
                let because = format!("it is over: {}", run.conclusion.unwrap_or_default());
                return Err(Error::Refused { doing: format!("lead the job {name} on {sha}"), because });
            }
            act(state, at, run)
        })
    }

    /// A runner takes the job.
    pub fn starts(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.open(sha, name, |state, at, run| {
            acts::change_run(state, at, run.id, RunChange { status: Some("in_progress".into()), ..RunChange::default() })
        })
    }

    pub fn succeeds(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.ends(sha, name, "success", |writer| writer.passed())
    }

    /// The job's one step prints this and ends with status 1.
    pub fn fails(&self, sha: &str, name: &str, printed: &str) -> Result<(), Error> {
        self.ends(sha, name, "failure", |writer| {
            writer.output(printed);
            writer.failed(1);
        })
    }

    /// Somebody cancels the job, or a newer push does.
    pub fn is_cancelled(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.ends(sha, name, "cancelled", Writer::cancelled)
    }

    pub fn times_out(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.ends(sha, name, "timed_out", |writer| writer.timed_out(std::time::Duration::from_secs(360 * 60)))
    }

    /// The job ends with any conclusion that GitHub knows (`skipped`, `neutral`, `action_required` …), having printed this.
    pub fn concludes(&self, sha: &str, name: &str, conclusion: &str, printed: &str) -> Result<(), Error> {
        self.ends(sha, name, conclusion, |writer| writer.output(printed))
    }

    fn ends(&self, sha: &str, name: &str, conclusion: &str, write: impl FnOnce(&mut Writer)) -> Result<(), Error> {
        self.open(sha, name, |state, at, run| {
            let mut writer = Writer::new(name);
            writer.begin(&Step { name: format!("Run {name}"), command: name.to_owned(), ..Step::default() });
            write(&mut writer);
            over(state, at, &run, conclusion, writer.finish())
        })
    }

    /// The runner stops answering: a failure with GitHub's words as its annotation, and no log.
    pub fn loses_runner(&self, sha: &str, name: &str, which: Lost<'_>) -> Result<(), Error> {
        let who = match which {
            Lost::Hosted => "The hosted runner".to_owned(),
            Lost::SelfHosted(runner) => format!("The self-hosted runner: {runner}"),
        };
        let check = if which == Lost::Hosted { "" } else { "Verify the machine is running and has a healthy network connection. " };
        let message = format!(
            "{who} lost communication with the server. {check}Anything in your workflow that terminates the runner process, starves it for \
             CPU/Memory, or blocks its network access can cause this error."
        );
        self.open(sha, name, |state, at, run| over(state, at, &run, "failure", ci::lost(&message)))
    }

    /// The workflow run of the commit ends before it has jobs, as one whose file GitHub cannot read.
    pub fn fails_to_start(&self, sha: &str) -> Result<(), Error> {
        self.shared.with(|state| {
            let at = place(state, &self.repository)?;
            let id = acts::new_suite(state, at, Checker::Actions, sha, None, None, ("CI", ".github/workflows/ci.yml"));
            let Some(suite) = state.repo_mut(at).suites.iter_mut().find(|suite| suite.id == id) else { return Ok(()) };
            suite.status = "completed".into();
            suite.conclusion = Some("startup_failure".into());
            suite.updated_at = time::now();
            let suite = suite.clone();
            acts::announce_suite(state, at, &suite, "completed")?;
            acts::announce_workflow(state, at, &suite, "completed")
        })
    }

    /// One job more appears on the commit, queued: in its workflow run, or in a new one when it has none.
    pub fn appears(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.shared.with(|state| {
            let at = place(state, &self.repository)?;
            if state.repo_mut(at).git.commit(sha)?.is_none() {
                return Err(Error::Unknown(format!("the commit {sha} of {}", self.repository)));
            }
            let job = Some(Job { by_hand: true, ..Job::default() });
            let new = NewRun { by: Checker::Actions, name: name.to_owned(), sha: sha.to_owned(), suite: None, job };
            acts::create_run(state, at, new, RunChange::default()).map(drop)
        })
    }

    /// The check bears another name from now on.
    pub fn renames(&self, sha: &str, name: &str, to: &str) -> Result<(), Error> {
        self.with(sha, name, |state, at, run| {
            acts::change_run(state, at, run.id, RunChange { name: Some(to.to_owned()), ..RunChange::default() })
        })
    }

    /// The job's log passes its time: 410 from now on.
    pub fn log_expires(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.set_log(sha, name, Log::Expired)
    }

    /// The job's log is nowhere, although the API gives an address for it.
    pub fn log_is_lost(&self, sha: &str, name: &str) -> Result<(), Error> {
        self.set_log(sha, name, Log::Lost)
    }

    fn set_log(&self, sha: &str, name: &str, log: Log) -> Result<(), Error> {
        self.with(sha, name, |state, at, run| {
            let found = state.repo_mut(at).runs.iter_mut().find(|known| known.id == run.id);
            if let Some(job) = found.and_then(|run| run.job.as_mut()) {
                job.log = log;
            }
            Ok(())
        })
    }

    /// The addresses of logs that were given out so far pass their minute.
    pub fn log_addresses_expire(&self) {
        self.shared.with(|state| state.log_addresses.values_mut().for_each(|address| address.until = time::now()));
    }

    /// The job's log, if there is one.
    pub fn log(&self, sha: &str, name: &str) -> Result<Option<String>, Error> {
        self.with(sha, name, |_, _, run| Ok(super::logs::kept(&run).map(|(text, _)| text.to_owned())))
    }
}

fn over(state: &mut State, at: At, run: &CheckRun, conclusion: &str, written: Written) -> Result<(), Error> {
    if run.status == "queued" {
        acts::change_run(state, at, run.id, RunChange { status: Some("in_progress".into()), ..RunChange::default() })?;
    }
    acts::finish(state, at, run.id, written, RunChange { conclusion: Some(conclusion.to_owned()), ..RunChange::default() })
}
