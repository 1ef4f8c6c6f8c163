//! Verification commands, run on a commit in the sandbox: what decides where a repository has no CI.

use crate::agent::{Site, setup, verify};
use crate::domain::{Sha, Untrusted};
use crate::engine::{Engine, Failure};
use crate::git::Checkout;
use crate::github::Repository;
use crate::workflow::{Event, Local, Run, Unit};

impl Engine {
    /// Runs the unit's commands. The first that fails decides.
    pub(super) async fn verify_locally(&self, run: &Run, repository: &Repository, unit: Unit, commit: &Sha) -> Result<Event, Failure> {
        let local = match self.commands(run, repository, unit, commit).await {
            Ok(local) => local,
            // Whatever will not be otherwise is told; what may be is tried again.
            Err(Failure::Never(why)) => Local::NotRun(why),
            Err(failure @ (Failure::Later { .. } | Failure::LetGo(_))) => return Err(failure),
        };
        Ok(Event::VerifiedLocally { unit, commit: commit.clone(), local })
    }

    async fn commands(&self, run: &Run, repository: &Repository, unit: Unit, commit: &Sha) -> Result<Local, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        let means = self.parts.means.as_ref().ok_or_else(|| Failure::Never("run commands: this server has no sandbox".into()))?;
        let (sandbox, _) = means.fence(&plan.repository).await.map_err(Failure::Never)?;
        let mirror = self.mirror(repository, commit).await?;
        let (place, at) = (means.places.looked_at(&run.id), commit.clone());
        let ready = tokio::task::spawn_blocking(move || Checkout::at(mirror.git_dir(), &at, &place));
        let checkout = ready.await.map_err(|e| Failure::cut_short(&e))??;
        let home = means.places.home(&run.id);
        std::fs::create_dir_all(&home).map_err(|error| Failure::Never(format!("use the place for work: {error}")))?;
        let site = Site { root: checkout.root().to_owned(), home, sandbox, limits: means.limits, given: Default::default() };
        site.sandbox.own(&site.root).map_err(|error| Failure::Never(error.to_string()))?;
        if let setup::Setup::Failed(why) = setup::run(&plan.repository.setup, &site, &means.hosts).await? {
            return Ok(Local::NotRun(why));
        }
        let mut passed = Vec::new();
        for command in plan.commands_of(unit) {
            if let Some(failed) = verify::run(&command, &site).await? {
                return Ok(Local::Failed { command, ended: failed.ended, output: Untrusted::new(failed.output) });
            }
            passed.push(command);
        }
        Ok(Local::Passed(passed))
    }
}
