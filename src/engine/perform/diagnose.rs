//! Why checks of a commit failed: what each left behind, cut to what matters, and whether it looks like the service.

use crate::agent::redact;
use crate::domain::{Sha, Timestamp, Untrusted};
use crate::engine::{Engine, Failure as Trouble};
use crate::github::{CheckDetails, Error, Repository};
use crate::specification;
use crate::workflow::failure::{self, Kind, Place};
use crate::workflow::verdict::{Check, CheckState};
use crate::workflow::{Event, Failure, Local, Run, StepState, Unit};

/// Characters of one failure that an implementer is told.
const MOST: usize = 12_000;
/// So many checks are looked into; whoever has more begins with these.
const MOST_CHECKS: usize = 8;
/// Other pull requests count for a day. Seconds.
const A_DAY: i64 = 24 * 3600;

impl Engine {
    pub(super) async fn diagnose(&self, run: &Run, repository: &Repository, unit: Unit, commit: &Sha) -> Result<Event, Trouble> {
        let plan = run.plan.as_ref().ok_or_else(|| Trouble::Never("find the plan".into()))?;
        let state = run.state(unit).cloned().unwrap_or_default();
        let base = plan.checks_of_base().unwrap_or_default();
        let fails_there = |name: &str| base.iter().any(|check| check.name == name && check.state == CheckState::Failed);
        let counting = plan.counting();
        let counted: Vec<&Check> = state.checks.iter().filter(|check| counting.counts(check)).collect();
        let red: Vec<&Check> = counted.iter().filter(|c| c.state == CheckState::Failed && !fails_there(&c.name)).copied().collect();
        let red = if red.is_empty() { counted.into_iter().filter(|c| c.state == CheckState::Cancelled).collect() } else { red };
        let mut failures: Vec<Failure> = locally(&state).into_iter().collect();
        let elsewhere = if red.is_empty() { Vec::new() } else { self.elsewhere(run, repository, self.now()).await? };
        for check in red.into_iter().take(MOST_CHECKS) {
            let mut failure = of_check(repository, check).await?;
            failure.others = elsewhere.iter().filter(|names| names.contains(&check.name)).count();
            failures.push(failure);
        }
        let writer = match &self.parts.means {
            Some(means) => means.writer(&plan.repository).map_err(Trouble::Never)?,
            None => None,
        };
        // What the architect wrote to the byte is nobody's to repair.
        let is_exact = match unit {
            Unit::Step(step) => plan.specification.steps.get(step).is_some_and(specification::is_exact),
            Unit::Round(_) => false,
        };
        let can_repair = writer.is_some() && !is_exact;
        Ok(Event::Diagnosed { unit, commit: commit.clone(), failures, can_repair })
    }

    async fn elsewhere(&self, run: &Run, repository: &Repository, now: Timestamp) -> Result<Vec<Vec<String>>, Trouble> {
        match repository.failing_elsewhere(run.pull, now.plus_seconds(-A_DAY)).await {
            Ok(failing) => Ok(failing),
            Err(error @ Error::Later { .. }) => Err(error.into()),
            // It is a help and no condition.
            Err(error) => {
                tracing::warn!(run = %run.id, "failed to see what other pull requests fail: {error}");
                Ok(Vec::new())
            }
        }
    }
}

/// A command that failed in the sandbox, in a repository without CI.
fn locally(state: &StepState) -> Option<Failure> {
    let Some(Local::Failed { command, ended, output }) = state.local.as_ref() else { return None };
    let found = failure::essence(output.as_data(), MOST);
    let short = failure::shortest(&found);
    let account = if short.is_empty() { ended.clone() } else { format!("{ended}\n{short}") };
    Some(Failure {
        check: command.clone(),
        essence: clean(&format!("{ended}\n\n{}", found.text)),
        account: clean(&account),
        places: places(found.places),
        ..Failure::default()
    })
}

async fn of_check(repository: &Repository, check: &Check) -> Result<Failure, Trouble> {
    let details = match check.id {
        Some(id) => match repository.check_details(id).await {
            Ok(details) => Some((id, details)),
            Err(Error::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        },
        None => None,
    };
    let log = match &details {
        Some((job, CheckDetails { workflow_run: Some(_), .. })) => match repository.job_log(*job).await {
            Ok(log) => log,
            Err(error @ Error::Later { .. }) => return Err(error.into()),
            Err(error) => {
                tracing::warn!(check = check.name, "failed to read the log: {error}");
                None
            }
        },
        Some(_) | None => None,
    };
    Ok(read(check, details.map(|(_, details)| details), log.as_deref()))
}

fn read(check: &Check, details: Option<CheckDetails>, log: Option<&[u8]>) -> Failure {
    let log = log.map(failure::log::decoded);
    let details = details.unwrap_or_else(|| CheckDetails {
        conclusion: if check.state == CheckState::Cancelled { "cancelled".into() } else { "failure".into() },
        output: check.summary.clone().unwrap_or_default(),
        annotations: Vec::new(),
        workflow_run: None,
    });
    let said: Vec<String> = details.annotations.iter().filter_map(|annotation| annotation.message.clone()).collect();
    let service = match failure::kind(&details.conclusion, &said, log.as_deref()) {
        Kind::Code => None,
        Kind::Service(why) => Some(why),
    };
    let found = failure::essence(log.as_deref().unwrap_or(&details.output), MOST);
    let annotated = details.annotations.iter().filter(|a| a.path != ".github" && a.annotation_level.as_deref() != Some("notice"));
    let mut all: Vec<Place> = annotated
        .map(|a| Place {
            path: a.path.clone(),
            line: u32::try_from(a.start_line).unwrap_or(1).max(1),
            message: a.message.clone().unwrap_or_default(),
        })
        .collect();
    let told: Vec<String> = all.iter().map(|place| format!("{}:{}: {}", place.path, place.line, place.message)).collect();
    all.extend(
        found.places.iter().filter(|place| !all.iter().any(|a| a.path == place.path && a.line == place.line)).cloned().collect::<Vec<_>>(),
    );
    let essence = if told.is_empty() { found.text.clone() } else { format!("{}\n\n{}", told.join("\n"), found.text) };
    let short = failure::shortest(&found);
    let account = if short.is_empty() { told.into_iter().chain(check.summary.clone()).next().unwrap_or_default() } else { short };
    Failure {
        check: check.name.clone(),
        id: check.id,
        url: check.url.clone(),
        service,
        account: clean(&account),
        essence: clean(&essence.chars().take(MOST).collect::<String>()),
        places: places(all),
        workflow_run: details.workflow_run,
        others: 0,
    }
}

fn clean(text: &str) -> Untrusted {
    Untrusted::new(redact(text))
}

fn places(found: Vec<Place>) -> Vec<Place> {
    let clean = |place: Place| Place { message: redact(&place.message).into_owned(), ..place };
    found.into_iter().map(clean).take(50).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::Annotation;

    #[test]
    fn a_failure_is_told_by_its_log_its_annotations_and_what_it_looks_like() {
        let check = Check { name: "test".into(), state: CheckState::Failed, id: Some(7), ..Check::default() };
        let details = |conclusion: &str, message: &str| CheckDetails {
            conclusion: conclusion.into(),
            output: String::new(),
            annotations: vec![Annotation {
                path: "src/lib.rs".into(),
                start_line: 3,
                annotation_level: Some("failure".into()),
                message: Some(message.into()),
            }],
            workflow_run: Some(4),
        };
        let found = read(&check, Some(details("failure", "mismatched types")), None);
        assert_eq!((found.service.as_deref(), found.workflow_run, found.places.len()), (None, Some(4), 1));
        assert!(found.essence.as_data().starts_with("src/lib.rs:3: mismatched types"));
        let lost = "The hosted runner lost communication with the server.";
        let found = read(&check, Some(details("failure", lost)), None);
        assert_eq!(found.service.as_deref(), Some("the runner was lost"));
        assert_eq!(read(&check, Some(details("cancelled", "")), None).service.as_deref(), Some("it was cancelled"));
        let secret = format!("ghp_{}", "aZ3kQ9wB7".repeat(4));
        let found = read(&check, None, Some(format!("##[error]token {secret}").as_bytes()));
        assert!(!found.essence.as_data().contains(&secret), "{}", found.essence.as_data());
    }
}
