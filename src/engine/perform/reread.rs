//! Every step read once more, against the tree as it is in the end.

use crate::domain::Sha;
use crate::engine::{Engine, Failure};
use crate::git::{self, Workspace};
use crate::github::Repository;
use crate::guard::{Trees, missed};
use crate::specification::{self, Step};
use crate::workflow::{Event, Missed, Run};

/// The files of two commits.
struct Files {
    before: Workspace,
    now: Workspace,
    changed: Vec<String>,
}

impl Trees for Files {
    fn before(&mut self, path: &str) -> Option<Vec<u8>> {
        self.before.read(path).ok().flatten().map(|file| file.bytes)
    }
    fn now(&mut self, path: &str) -> Option<Vec<u8>> {
        self.now.read(path).ok().flatten().map(|file| file.bytes)
    }
    fn is_directory(&self, path: &str) -> bool {
        self.before.is_directory(path) || self.now.is_directory(path)
    }
    fn changed(&self) -> Vec<String> {
        self.changed.clone()
    }
}

impl Engine {
    pub(super) async fn reread(&self, run: &Run, repository: &Repository, head: &Sha) -> Result<Event, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        let has_writer = match &self.parts.means {
            Some(means) => means.writer(&plan.repository).map_err(Failure::Never)?.is_some(),
            None => false,
        };
        let mirror = self.mirror(repository, &plan.base).await?;
        self.mirror(repository, head).await?;
        let (base, head_of, steps) = (plan.base.clone(), head.clone(), plan.specification.steps.clone());
        let is_built: Vec<bool> = plan.steps.iter().map(|state| state.commit.is_some()).collect();
        let work = tokio::task::spawn_blocking(move || {
            let changed = git::changed(mirror.git_dir(), &base, &head_of)?;
            let mut files = Files { before: mirror.workspace(&base)?, now: mirror.workspace(&head_of)?, changed };
            let mut found: Vec<Missed> = Vec::new();
            for (index, step) in steps.iter().enumerate().filter(|(index, step)| is_read(step, is_built.get(*index))) {
                let later = steps.get(index + 1..).unwrap_or_default();
                let what = missed(step, later, &mut files);
                if !what.is_empty() {
                    found.push(Missed { step: index, what, can_write: has_writer && !specification::is_exact(step) });
                }
            }
            Ok::<_, git::Error>(found)
        });
        let missed = work.await.map_err(|e| Failure::cut_short(&e))??;
        Ok(Event::Reread { head: head.clone(), missed })
    }
}

fn is_read(step: &Step, is_built: Option<&bool>) -> bool {
    step.is_to_be_built() && !step.no_code_change && is_built == Some(&true)
}
