//! Writing a step: the implementer's change set, the guards, and the commit. No branch moves here.

use super::prose_step::Assignment;
use crate::agent::verbatim;
use crate::domain::{ChangeSet, Sha};
use crate::engine::{Engine, Failure};
use crate::git::Workspace;
use crate::github::Repository;
use crate::prose;
use crate::specification::{self, Step};
use crate::workflow::{Event, Plan, Run, Written};

impl Engine {
    pub(super) async fn write_step(&self, run: &Run, repository: &Repository, step: usize, onto: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("the run has no plan".into()))?;
        let what = plan.specification.steps.get(step).ok_or_else(|| Failure::Never("the plan has no such step".into()))?;
        if what.edits.is_empty() && what.no_code_change {
            return Ok(Event::StepWritten { step, written: Written::Nothing { work: None } });
        }
        let given = match self.exact_edits(repository, plan, what, onto).await? {
            Ok(given) => given,
            Err(refused) => return Ok(Event::StepWritten { step, written: refused }),
        };
        let written = if self.is_for_a_writer(what, plan)? {
            let assignment = Assignment { run, plan, index: step, step: what, onto, given, extra: None };
            self.write_prose(repository, &assignment).await?
        } else if given.is_empty() {
            Written::Nothing { work: None }
        } else {
            let commit = repository.commit(onto, &given, &prose::commit_message(run, step, &given, None)).await?;
            Written::Commit { commit, onto: onto.clone(), work: None }
        };
        Ok(Event::StepWritten { step, written })
    }

    /// Exact edits alone never cost a token. Without anybody who could act on what stands beside them, they are all that is built.
    fn is_for_a_writer(&self, step: &Step, plan: &Plan) -> Result<bool, Failure> {
        if step.edits.is_empty() {
            return Ok(true);
        }
        let writer = match &self.parts.means {
            Some(means) => means.writer(&plan.repository).map_err(Failure::Never)?,
            None => None,
        };
        Ok(writer.is_some() && !specification::words_beside_edits(step).is_empty())
    }

    /// What the step's exact edits change, or why they do not apply.
    async fn exact_edits(
        &self,
        repository: &Repository,
        plan: &Plan,
        step: &Step,
        onto: &Sha,
    ) -> Result<Result<ChangeSet, Written>, Failure> {
        if step.edits.is_empty() {
            return Ok(Ok(ChangeSet::default()));
        }
        let (workspace, step, again) = (self.workspace(repository, onto).await?, step.clone(), plan.built_before);
        let work = tokio::task::spawn_blocking(move || apply(&step, workspace, again));
        work.await.map_err(|e| Failure::cut_short(&e))?
    }
}

/// `again`: what an earlier version of the step, or an earlier run of it, has made is there, and then nothing is left to do.
fn apply(step: &Step, mut workspace: Workspace, again: bool) -> Result<Result<ChangeSet, Written>, Failure> {
    match verbatim::apply_guarded(step, &mut workspace) {
        Ok(changes) => Ok(Ok(changes)),
        Err(verbatim::Failure::Refused(refusal)) if again && refusal.reason == verbatim::Reason::ChangesNothing => {
            Ok(Ok(ChangeSet::default()))
        }
        Err(verbatim::Failure::Refused(refusal)) => {
            Ok(Err(Written::Refused { path: refusal.path.clone(), line: refusal.line, why: refusal.what() }))
        }
        Err(verbatim::Failure::Repository(error)) => Err(error.into()),
    }
}
