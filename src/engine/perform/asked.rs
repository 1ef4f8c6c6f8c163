//! What is asked of a model beside writing steps: steps for an issue that has none, and answers to people's questions. Both look at a
//! checkout of their own and change nothing.

use std::path::PathBuf;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::agent::answer::Question;
use crate::agent::budget::{Budget, Charge};
use crate::agent::model::{Concluded, Model, ModelConfig};
use crate::agent::places::Places;
use crate::agent::propose::Asked;
use crate::agent::transcript::{Entry, Transcript};
use crate::agent::{answer, guidance, map, propose};
use crate::domain::{CommentId, Login, Sha, Untrusted};
use crate::engine::{Engine, Failure, Means};
use crate::git::Checkout;
use crate::github::Repository;
use crate::prose;
use crate::specification;
use crate::workflow::{Event, Proposal, RepositorySettings, Run, Words};

/// Under which step the books have what no step has cost.
const NO_STEP: usize = u32::MAX as usize;

/// Where a model looks, and what it may cost.
struct Inquiry {
    model: Model,
    config: ModelConfig,
    root: PathBuf,
    transcript: Transcript,
    budget: Budget,
    charges: UnboundedReceiver<Charge>,
}

impl Engine {
    /// Has a model propose steps.
    pub(super) async fn propose(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        let (settings, base) = self.base_of(run, repository).await?;
        let accepted = run.talk.accepted.clone().ok_or_else(|| Failure::Never("the text was not read yet".into()))?;
        let hash = run.text_hash.clone().unwrap_or_default();
        let place = |places: &Places| places.proposal(&run.id, &hash, &base);
        let mut inquiry = self.inquiry(run, repository, &settings, (&base, "steps"), place).await?;
        let asked = Asked {
            title: accepted.title,
            body: accepted.body,
            map: map::of(&inquiry.root, &[], map::declarations),
            guidance: guidance::read(&inquiry.root, &[]),
            protected: &settings.protected,
        };
        let Inquiry { model, root, transcript, budget, charges, .. } = &mut inquiry;
        let concluded = self.booking(run, NO_STEP, charges, propose::propose(model, &asked, root, budget, transcript)).await??;
        let (outcome, remarks) = match concluded {
            Concluded::Done(proposal) => (Ok(Untrusted::new(prose::proposal_markdown(&proposal))), prose::proposal_remarks(&proposal)),
            Concluded::OutOfBudget(exhausted) => (Err(prose::exhausted(&exhausted)), String::new()),
            Concluded::GaveUp(why) => (Err(why), String::new()),
        };
        let spent = inquiry.transcript.spent();
        Ok(Event::Proposed(Box::new(Proposal { hash, outcome, by: inquiry.config.name, spent, remarks })))
    }

    /// Answers somebody's question: a model does where there is one, else what the specification itself says to it.
    pub(super) async fn answer(
        &self,
        run: &Run,
        repository: &Repository,
        comment: CommentId,
        by: &Login,
        question: &Untrusted,
    ) -> Result<Event, Failure> {
        let place = match (&run.plan, &run.head, &run.talk.accepted) {
            (Some(plan), Some(head), _) => Some((plan.repository.clone(), head.clone(), plan.text.clone())),
            (_, _, Some(accepted)) if self.parts.means.as_ref().is_some_and(|means| means.model.is_some()) => {
                let (settings, base) = self.base_of(run, repository).await?;
                Some((settings, base, Untrusted::new(specification::seen(accepted.body.as_data()).0)))
            }
            _ => None,
        };
        let words = match place.filter(|(settings, ..)| self.has_model(settings)) {
            Some((settings, at, specification)) => {
                let place = |places: &Places| places.answer(&run.id, comment);
                let mut inquiry = self.inquiry(run, repository, &settings, (&at, "answer"), place).await?;
                let state = format!("{}\n{}", prose::standing(run), prose::asked_so_far(run));
                let asked = Question { text: question.clone(), by: by.clone(), specification, state };
                let Inquiry { model, root, transcript, budget, charges, .. } = &mut inquiry;
                match self.booking(run, NO_STEP, charges, answer::answer(model, &asked, root, budget, transcript)).await?? {
                    Concluded::Done(found) => {
                        Words::Answer { text: Untrusted::new(found.text), places: found.places, by: inquiry.config.name }
                    }
                    Concluded::OutOfBudget(_) | Concluded::GaveUp(_) => Words::Passages { question: question.clone() },
                }
            }
            None => Words::Passages { question: question.clone() },
        };
        Ok(Event::Answered { comment, by: by.clone(), words })
    }

    /// What the repository configures, and the commit on which a run without a plan would begin.
    async fn base_of(&self, run: &Run, repository: &Repository) -> Result<(RepositorySettings, Sha), Failure> {
        let about = repository.about().await?;
        let settings = crate::engine::configured::settings(repository, &about.default_branch).await?.unwrap_or_default();
        let branch = run.settings.base.clone().or_else(|| settings.base.clone()).unwrap_or(about.default_branch);
        let base = repository.branch(&branch).await?.ok_or_else(|| Failure::Never(format!("there is no branch {branch}")))?;
        Ok((settings, base))
    }

    fn has_model(&self, settings: &RepositorySettings) -> bool {
        self.parts.means.as_ref().is_some_and(|means| means.model(settings).is_ok_and(|model| model.is_some()))
    }

    async fn inquiry(
        &self,
        run: &Run,
        repository: &Repository,
        settings: &RepositorySettings,
        (at, what): (&Sha, &str),
        place: impl Fn(&Places) -> PathBuf,
    ) -> Result<Inquiry, Failure> {
        let nobody = || Failure::Never("no model is configured".into());
        let means: &Means = self.parts.means.as_ref().ok_or_else(nobody)?;
        let config = means.model(settings).map_err(Failure::Never)?.ok_or_else(nobody)?;
        let model = Model::new(config.clone())?;
        let mirror = self.mirror(repository, at).await?;
        let (root, commit) = (means.places.looked_at(&run.id), at.clone());
        let checkout = tokio::task::spawn_blocking(move || Checkout::at(mirror.git_dir(), &commit, &root));
        let root = checkout.await.map_err(|e| Failure::cut_short(&e))??.root().to_owned();
        let unusable = |error: std::io::Error| Failure::Never(format!("use the place for work: {error}"));
        let mut transcript = Transcript::open(&place(&means.places), self.parts.clock.clone()).map_err(unusable)?;
        if transcript.lines().is_empty() {
            let began = Entry::Began { step: what.to_owned(), by: config.name.clone(), base: at.clone() };
            transcript.push(began).map_err(unusable)?;
        }
        let (budget, charges) = self.open_books(run, NO_STEP, &transcript).await?;
        Ok(Inquiry { model, config, root, transcript, budget, charges })
    }
}
