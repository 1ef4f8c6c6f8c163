//! Looking for what shows the acceptance criteria at the head: in the logs of its checks, and among the commands that were run here.

use crate::domain::Sha;
use crate::engine::{Engine, Failure};
use crate::github::{CheckDetails, Error, Repository};
use crate::workflow::failure::{self, log, names_a_command, ran, shows};
use crate::workflow::verdict::{Check, CheckState};
use crate::workflow::{Event, Evidence, Local, Plan, Proof, Run};

/// So many checks are looked through, those that the head lists first.
const MOST_CHECKS: usize = 20;

impl Engine {
    pub(super) async fn read_evidence(&self, run: &Run, repository: &Repository, head: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        let mut sought = plan.evidence_to_find();
        let mut proofs: Vec<Proof> = Vec::new();
        sought.retain(|evidence| match locally(run, head, evidence) {
            true => {
                proofs.push(Proof { evidence: evidence.clone(), within: None, passed: true });
                false
            }
            false => true,
        });
        for check in ended(plan) {
            if sought.is_empty() {
                break;
            }
            let Some(text) = said(repository, check).await? else { continue };
            sought.retain(|evidence| match passed(evidence, &text, check) {
                Some(passed) => {
                    proofs.push(Proof { evidence: evidence.clone(), within: Some(check.name.clone()), passed });
                    false
                }
                None => true,
            });
        }
        Ok(Event::EvidenceRead(Evidence { head: head.clone(), proofs, ended: 0 }))
    }
}

fn ended(plan: &Plan) -> impl Iterator<Item = &Check> {
    let ended = plan.head_checks.iter().filter(|check| matches!(check.state, CheckState::Passed | CheckState::Failed));
    ended.filter(|check| check.id.is_some()).take(MOST_CHECKS)
}

/// Whether the command was run in the sandbox on that very commit, and passed.
fn locally(run: &Run, head: &Sha, evidence: &str) -> bool {
    let states = run.units().into_iter().filter_map(|unit| run.state(unit)).filter(|state| state.commit.as_ref() == Some(head));
    let verified = |state: &crate::workflow::StepState| {
        let here = matches!(&state.local, Some(Local::Passed(commands)) if commands.iter().any(|command| command == evidence));
        let written = state.work.as_ref().is_some_and(|work| !state.unchanged && work.verified.iter().any(|command| command == evidence));
        here || written
    };
    names_a_command(evidence) && states.into_iter().any(verified)
}

/// How it ended in what a check left behind.
fn passed(evidence: &str, text: &str, check: &Check) -> Option<bool> {
    if names_a_command(evidence) {
        // How a command ended in the middle of a job is the job's own end: a red one stops it.
        return ran(text, evidence).then_some(check.state == CheckState::Passed);
    }
    match shows(text, evidence)? {
        failure::Outcome::Passed => Some(true),
        failure::Outcome::Failed => Some(false),
        failure::Outcome::Skipped => None,
    }
}

/// A check's log, or what it says itself.
async fn said(repository: &Repository, check: &Check) -> Result<Option<String>, Failure> {
    let Some(id) = check.id else { return Ok(None) };
    let details = match repository.check_details(id).await {
        Ok(details) => details,
        Err(Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let CheckDetails { workflow_run: Some(_), .. } = details else { return Ok(Some(details.output)) };
    match repository.job_log(id).await {
        Ok(log) => Ok(log.map(|log| log::decoded(&log).into_owned())),
        Err(error @ Error::Later { .. }) => Err(error.into()),
        Err(error) => {
            tracing::warn!(check = check.name, "failed to read the log: {error}");
            Ok(None)
        }
    }
}
