//! Reading the specification together with the repository it is about.

use std::sync::PoisonError;

use super::documents::{self, Documents};
use super::examine::{Examined, examine};
use super::read_issue::hash_of;
use crate::domain::{Login, RepoName, Sha, Untrusted};
use crate::engine::{Engine, Failure, configured};
use crate::git::{Mirror, Workspace};
use crate::github::{IssueText, Repository};
use crate::specification;
use crate::workflow::{Devcontainer, Event, Ignored, IssueReading, Plan, Reading, RepositorySettings, Run, answers_to_follow};

/// The text that counts.
struct Counting {
    title: Untrusted,
    body: Untrusted,
    ignored: Option<Ignored>,
}

impl Engine {
    pub(super) async fn read_specification(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        let about = repository.about().await?;
        self.remember_clone_url(repository.name(), &about.clone_url);
        let settings = match configured::settings(repository, &about.default_branch).await? {
            Ok(settings) => settings,
            Err(problems) => return Ok(Event::SettingsBroken { problems }),
        };
        let may_steer = |login: Login| {
            let named = settings.steer.clone();
            async move { self.people.may_steer(repository, &login, &named, self.now()).await }
        };
        if !may_steer(run.asked_by.clone()).await? {
            return Ok(Event::NotPermitted { login: run.asked_by.clone() });
        }
        let issue = repository.issue_text(run.issue).await?;
        let means_another = |own: &String| run.plan.is_none() && !own.eq_ignore_ascii_case(self.label(run));
        let labelled = self.is_labelled(run, &issue.labels) && !settings.label.as_ref().is_some_and(means_another);
        if !issue.open || !labelled {
            return Ok(Event::IssueRead(IssueReading { open: issue.open, labelled, hash: hash_of(&issue.body), by: None }));
        }
        let counting = match self.stranger(run, &issue) {
            Some(login) if !may_steer(login.clone()).await? => match accepted_before(run, &issue, &login) {
                Some(accepted) => accepted,
                None => return Ok(Event::NotAccepted { login, hash: hash_of(&issue.body) }),
            },
            Some(_) | None => as_it_is(run, issue),
        };
        let writer = match &self.parts.means {
            Some(means) => {
                (means.writer(&settings).map_err(Failure::Never)?.is_some(), means.model(&settings).map_err(Failure::Never)?.is_some())
            }
            None => (false, false),
        };
        self.reading(run, repository, settings, counting, writer, about.default_branch).await
    }

    /// Who edited the text since the label was set, unless that very text was accepted.
    fn stranger(&self, run: &Run, issue: &IssueText) -> Option<Login> {
        if run.text_hash.as_ref() == Some(&hash_of(&issue.body)) {
            return None;
        }
        let edit = issue.edited_since(self.label(run))?;
        Some(edit.by.clone().unwrap_or_else(|| Login::new("ghost")))
    }

    async fn reading(
        &self,
        run: &Run,
        repository: &Repository,
        mut settings: RepositorySettings,
        Counting { title, body, ignored }: Counting,
        (has_writer, can_propose): (bool, bool),
        default_branch: crate::domain::BranchName,
    ) -> Result<Event, Failure> {
        let base_branch = run.settings.base.clone().or_else(|| settings.base.clone()).unwrap_or(default_branch);
        // What is built stays on the base on which it was begun, and what is new comes on top of it.
        let plan: Option<Plan> = run.plan.clone().filter(|_| run.is_frozen());
        let base = match &plan {
            Some(plan) => plan.base.clone(),
            None => repository.branch(&base_branch).await?.ok_or_else(|| Failure::Never(format!("there is no branch {base_branch}")))?,
        };
        if let Some(means) = self.parts.means.as_ref().filter(|_| has_writer) {
            if means.has_containers() && settings.image.is_none() {
                settings.devcontainer = devcontainer(repository, &base).await?;
            }
            means.choose(&settings).map_err(Failure::Never)?;
        }
        let onto = run.head.clone().filter(|_| plan.is_some()).unwrap_or_else(|| base.clone());
        let workspace = self.workspace(repository, &onto).await?;
        let hash = hash_of(&body);
        let at_base = if onto == base { None } else { Some(self.workspace(repository, &base).await?) };
        let (of, title_read, body_read) = (plan.clone(), title.clone(), with_plan_given(run, &body));
        let answers = answers_to_follow(&run.questions);
        let followed = answers.clone();
        let name = repository.name().to_string();
        let parts = if documents::asks_for_sub_issues(&name, &body_read, &answers) {
            self.sub_issues(run, repository, &settings.steer).await?
        } else {
            Vec::new()
        };
        let work = tokio::task::spawn_blocking(move || {
            let (mut workspace, mut at_base) = (workspace, at_base);
            let base = at_base.as_mut().unwrap_or(&mut workspace);
            let Documents { read, text } = match parts.as_slice() {
                [] => documents::read(&name, &title_read, &body_read, &answers, base)?,
                parts => documents::with_sub_issues(&body_read, parts, of.as_ref(), &answers),
            };
            examine(read, of.as_ref(), workspace).map(|examined| (examined, text))
        });
        let (Examined { specification, gaps, has_workflows }, text) = work.await.map_err(|e| Failure::cut_short(&e))??;
        let prose = specification.steps.iter().filter(|s| s.is_to_be_built() && s.edits.is_empty() && !s.no_code_change);
        Ok(Event::SpecificationRead(Box::new(Reading {
            needs_model: if has_writer { Vec::new() } else { prose.map(|s| s.number.clone()).collect() },
            can_propose,
            specification,
            title,
            body,
            ignored,
            text,
            repository: settings,
            hash,
            gaps,
            followed,
            base,
            base_branch,
            has_workflows,
        })))
    }

    /// The mirror, with a commit in it.
    pub(super) async fn mirror(&self, repository: &Repository, commit: &Sha) -> Result<Mirror, Failure> {
        let clone_url = self.clone_url(repository).await?;
        let mirror = Mirror::open(&self.parts.cache, repository.name())?;
        let authorization = repository.git_authorization().await?;
        mirror.fetch(&clone_url, Some(&authorization), commit).await?;
        Ok(mirror)
    }

    /// The files at a commit, laid over in memory.
    pub(super) async fn workspace(&self, repository: &Repository, commit: &Sha) -> Result<Workspace, Failure> {
        Ok(self.mirror(repository, commit).await?.workspace(commit)?)
    }

    /// Where the repository is cloned from, asked of GitHub once in a process.
    pub(super) async fn clone_url(&self, repository: &Repository) -> Result<String, Failure> {
        let known = self.clone_urls.lock().unwrap_or_else(PoisonError::into_inner).get(repository.name()).cloned();
        if let Some(url) = known {
            return Ok(url);
        }
        let url = repository.about().await?.clone_url;
        self.remember_clone_url(repository.name(), &url);
        Ok(url)
    }

    fn remember_clone_url(&self, repo: &RepoName, url: &str) {
        self.clone_urls.lock().unwrap_or_else(PoisonError::into_inner).insert(repo.clone(), url.to_owned());
    }
}

/// The text as it stands. A title has no history, so one that was accepted stays while the text does.
fn as_it_is(run: &Run, issue: IssueText) -> Counting {
    let same = run.text_hash.as_ref() == Some(&hash_of(&issue.body));
    let accepted = run.talk.accepted.as_ref().filter(|_| same).map(|accepted| accepted.title.clone());
    Counting { title: accepted.unwrap_or(issue.title), body: issue.body, ignored: None }
}

/// The text before a stranger edited it, if it was read then.
fn accepted_before(run: &Run, issue: &IssueText, login: &Login) -> Option<Counting> {
    let accepted = run.talk.accepted.clone()?;
    let ignored = Ignored { by: login.clone(), hash: hash_of(&issue.body) };
    Some(Counting { title: accepted.title, body: accepted.body, ignored: Some(ignored) })
}

/// The text with the steps that a person gave for it, where it has none of its own.
fn with_plan_given(run: &Run, body: &Untrusted) -> Untrusted {
    match &run.talk.plan_given {
        Some(given) if specification::read(body.as_data()).specification.steps.is_empty() => {
            Untrusted::new(format!("{}\n\n{}\n", body.as_data().trim_end(), given.text.as_data().trim()))
        }
        Some(_) | None => body.clone(),
    }
}

/// The first that is there, as it is at the base.
async fn devcontainer(repository: &Repository, base: &Sha) -> Result<Option<Devcontainer>, Failure> {
    for path in Devcontainer::PATHS {
        if let Some(text) = repository.file(path, base.as_str()).await? {
            return Ok(Some(Devcontainer::read(path, &String::from_utf8_lossy(&text))));
        }
    }
    Ok(None)
}
