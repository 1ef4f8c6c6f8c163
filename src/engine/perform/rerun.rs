//! Failed jobs run again, once: GitHub does not say which attempt was asked for, so its newest jobs are looked at first.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::Sha;
use crate::engine::Failure;
use crate::github::{Error, Repository};
use crate::workflow::{Event, Run};

/// How long it is waited for the other jobs of a workflow run: GitHub runs none again before all have ended.
const UNTIL_ALL_HAVE_ENDED: Duration = Duration::from_secs(180);

/// What GitHub refuses is told, as running them again is a help and no condition.
pub(super) async fn again(run: &Run, repository: &Repository, commit: &Sha, workflow_runs: &[u64]) -> Result<Option<Event>, Failure> {
    let meant: BTreeSet<u64> = run.mending.reruns.iter().filter(|rerun| rerun.commit == *commit).filter_map(|rerun| rerun.id).collect();
    for workflow_run in workflow_runs {
        match one(repository, &meant, *workflow_run).await {
            Ok(()) => {}
            Err(Failure::Never(why)) => return Ok(Some(Event::RerunRefused { commit: commit.clone(), why })),
            Err(failure) => return Err(failure),
        }
    }
    Ok(None)
}

async fn one(repository: &Repository, meant: &BTreeSet<u64>, workflow_run: u64) -> Result<(), Failure> {
    let newest = match repository.newest_jobs(workflow_run).await {
        Ok(newest) => newest,
        Err(error @ Error::Later { .. }) => return Err(error.into()),
        Err(error) => return Err(Failure::Never(error.to_string())),
    };
    if !meant.is_empty() && !newest.is_empty() && !newest.keys().any(|job| meant.contains(job)) {
        // They were replaced already, by us before a crash or by somebody else.
        return Ok(());
    }
    if newest.values().any(|has_ended| !has_ended) {
        let why = "the other jobs of the workflow run have still to end".to_owned();
        return Err(Failure::Later { after: UNTIL_ALL_HAVE_ENDED, why });
    }
    match repository.rerun_failed_jobs(workflow_run).await {
        Ok(()) => Ok(()),
        Err(error @ Error::Later { .. }) => Err(error.into()),
        Err(error) => Err(Failure::Never(error.to_string())),
    }
}
