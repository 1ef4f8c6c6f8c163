//! A push to a base branch concerns every run on it that is in review, or that waits for a conflict to go away: each looks again before long.
//!
//! A nudge like any other: where it is lost, the run looks by itself after a quarter of an hour.

use super::{Engine, Failure};
use crate::domain::{BranchName, RepoName};
use crate::workflow::{Phase, Run, StuckReason};

/// Until then GitHub may have found out whether the pull requests can still be merged, and further pushes are looked at together. Seconds.
const AFTER_A_PUSH: i64 = 30;

impl Engine {
    /// How many runs look again because their base moved.
    pub(super) async fn base_moved(&self, repo: &RepoName, branch: &BranchName) -> Result<usize, Failure> {
        let at = self.now().plus_seconds(AFTER_A_PUSH);
        let mut woken = 0;
        // What is stored beside the run says at little cost which runs it may be.
        let all = self.store().runs_of(repo).await?;
        for summary in all.iter().filter(|summary| matches!(summary.phase.as_str(), "in review" | "stuck")) {
            let Some((run, _)) = self.run(&summary.lane).await? else { continue };
            if is_on(&run, branch) && self.store().wake_sooner(&summary.lane, at).await? {
                woken += 1;
            }
        }
        Ok(woken)
    }
}

fn is_on(run: &Run, branch: &BranchName) -> bool {
    let waits = matches!(run.phase, Phase::InReview | Phase::Stuck { reason: StuckReason::Conflicts { .. }, .. });
    waits && run.pull.is_some() && run.plan.as_ref().is_some_and(|plan| plan.base_branch == *branch)
}
