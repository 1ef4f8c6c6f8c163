//! Writing a step: the implementer's change set, the guards, and the commit. No branch moves here.

use crate::agent::verbatim;
use crate::domain::{ChangeSet, Sha};
use crate::engine::{Engine, Failure};
use crate::git::Workspace;
use crate::github::Repository;
use crate::prose;
use crate::spec::Step;
use crate::workflow::{Event, Run, Written};

impl Engine {
    pub(super) async fn write_step(&self, run: &Run, repository: &Repository, step: usize, onto: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("the run has no plan".into()))?;
        let what = plan.specification.steps.get(step).cloned().ok_or_else(|| Failure::Never("the plan has no such step".into()))?;
        if what.edits.is_empty() && what.no_code_change {
            return Ok(Event::StepWritten { step, written: Written::Nothing { work: None } });
        }
        let workspace = self.workspace(repository, onto).await?;
        let work = tokio::task::spawn_blocking(move || implement(&what, workspace));
        let written = match work.await.map_err(|e| Failure::cut_short(&e))?? {
            Ok(changes) => {
                let commit = repository.commit(onto, &changes, &prose::commit_message(run, step, None)).await?;
                Written::Commit { commit, onto: onto.clone(), work: None }
            }
            Err(refused) => refused,
        };
        Ok(Event::StepWritten { step, written })
    }
}

/// The step's change set, or why there is none.
fn implement(step: &Step, mut workspace: Workspace) -> Result<Result<ChangeSet, Written>, Failure> {
    match verbatim::apply_guarded(step, &mut workspace) {
        Ok(changes) => Ok(Ok(changes)),
        Err(verbatim::Failure::Refused(refusal)) => {
            Ok(Err(Written::Refused { path: refusal.path.clone(), line: refusal.line, why: refusal.what() }))
        }
        Err(verbatim::Failure::Repository(error)) => Err(error.into()),
    }
}
