//! Reading the specification together with the repository it is about.

use std::sync::PoisonError;

use super::comments::may_steer;
use super::read_issue::hash_of;
use crate::agent::verbatim;
use crate::domain::{BranchName, Login, RepoName, Sha};
use crate::engine::{Engine, Failure};
use crate::git::{Mirror, Workspace};
use crate::github::Repository;
use crate::prose;
use crate::spec::{self, Gap, GapKind, Specification};
use crate::workflow::{Event, IssueReading, Reading, RepositorySettings, Run};

impl Engine {
    pub(super) async fn read_specification(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        if !may_steer(repository, &run.asked_by).await? {
            return Ok(Event::NotPermitted { login: run.asked_by.clone() });
        }
        let issue = repository.issue_text(run.issue).await?;
        let hash = hash_of(&issue.body);
        let labelled = self.is_labelled(&issue.labels);
        if !issue.open || !labelled {
            return Ok(Event::IssueRead(IssueReading { open: issue.open, labelled, hash, by: None }));
        }
        if run.text_hash.as_ref() != Some(&hash)
            && let Some(edit) = issue.edited_since(&self.parts.label)
        {
            let login = edit.by.clone().unwrap_or_else(|| Login::new("ghost"));
            if !may_steer(repository, &login).await? {
                return Ok(Event::NotAccepted { login, hash });
            }
        }
        let about = repository.about().await?;
        self.remember_clone_url(repository.name(), &about.clone_url);
        let base_branch = run.settings.base.clone().unwrap_or_else(|| about.default_branch.clone());
        let settings = repository_settings(repository, &about.default_branch).await?;
        let has_writer = match &self.parts.means {
            Some(means) => means.writer(&settings).map_err(Failure::Never)?.is_some(),
            None => false,
        };
        let base = repository.branch(&base_branch).await?.ok_or_else(|| Failure::Never(format!("there is no branch {base_branch}")))?;
        let workspace = self.workspace(repository, &base).await?;
        let text = issue.body.clone();
        let work = tokio::task::spawn_blocking(move || examine(text.as_data(), workspace));
        let (specification, gaps, has_workflows) = work.await.map_err(|e| Failure::cut_short(&e))??;
        let prose = specification.steps.iter().filter(|s| !s.done && s.edits.is_empty() && !s.no_code_change);
        Ok(Event::SpecificationRead(Box::new(Reading {
            needs_model: if has_writer { Vec::new() } else { prose.map(|s| s.number.clone()).collect() },
            specification,
            title: issue.title,
            text: issue.body,
            repository: settings,
            hash,
            gaps,
            base,
            base_branch,
            has_workflows,
        })))
    }

    /// The mirror, with a commit in it.
    pub(super) async fn mirror(&self, repository: &Repository, commit: &Sha) -> Result<Mirror, Failure> {
        let known = self.clone_urls.lock().unwrap_or_else(PoisonError::into_inner).get(repository.name()).cloned();
        let clone_url = match known {
            Some(url) => url,
            None => repository.about().await?.clone_url,
        };
        self.remember_clone_url(repository.name(), &clone_url);
        let mirror = Mirror::open(&self.parts.cache, repository.name())?;
        let authorization = repository.git_authorization().await?;
        mirror.fetch(&clone_url, Some(&authorization), commit).await?;
        Ok(mirror)
    }

    /// The files at a commit, laid over in memory.
    pub(super) async fn workspace(&self, repository: &Repository, commit: &Sha) -> Result<Workspace, Failure> {
        Ok(self.mirror(repository, commit).await?.workspace(commit)?)
    }

    fn remember_clone_url(&self, repo: &RepoName, url: &str) {
        self.clone_urls.lock().unwrap_or_else(PoisonError::into_inner).insert(repo.clone(), url.to_owned());
    }
}

/// What the repository configures. Only its default branch counts: whoever can change that may steer us anyway.
async fn repository_settings(repository: &Repository, branch: &BranchName) -> Result<RepositorySettings, Failure> {
    let path = RepositorySettings::PATH;
    let Some(text) = repository.file(path, branch.as_str()).await? else { return Ok(RepositorySettings::default()) };
    let text = String::from_utf8_lossy(&text);
    RepositorySettings::read(&text).map_err(|why| Failure::Never(format!("`{path}` cannot be read: {why}")))
}

/// Every gap that a program can see: in the text, against the files, and by trying all exact edits one after the other.
fn examine(text: &str, workspace: Workspace) -> Result<(Specification, Vec<Gap>, bool), Failure> {
    let (specification, mut gaps) = spec::read(text);
    let has_workflows = workspace.paths().any(|path| path.starts_with(".github/workflows/"));
    gaps.extend(spec::check_files(&specification, |path| workspace.exists(path) || workspace.is_directory(path)));
    let unreadable = gaps.iter().any(|gap| matches!(gap.kind, GapKind::BrokenEdit | GapKind::NoSteps | GapKind::TooManySteps));
    if !unreadable {
        let refused = verbatim::rehearse(&specification.steps, workspace)?;
        // What an edit says of a file is more exact than what the prose says of it.
        let told =
            |gap: &Gap| refused.iter().any(|(step, refusal)| gap.question.contains(&refusal.path) && about(&specification, *step, gap));
        gaps.retain(|gap| !(matches!(gap.kind, GapKind::MissingFile | GapKind::ExistingFile) && told(gap)));
        gaps.extend(refused.iter().filter_map(|(step, refusal)| {
            let question = prose::edit_question(specification.steps.get(*step)?, &refusal.to_string());
            Some(Gap { kind: GapKind::EditDoesNotApply, question, line: refusal.line, document: String::new(), blocking: true })
        }));
    }
    Ok((specification, gaps, has_workflows))
}

/// Whether the gap lies in the step.
fn about(specification: &Specification, step: usize, gap: &Gap) -> bool {
    let from = specification.steps.get(step).map_or(0, |s| s.line);
    let to = specification.steps.get(step + 1).map_or(usize::MAX, |s| s.line);
    (from..to).contains(&gap.line)
}
