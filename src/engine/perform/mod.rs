//! Effects brought into the world, a file for each kind. Every one first looks whether it was done before.

mod checks;
mod asked;
mod called_off;
mod comments;
mod documents;
mod diagnose;
mod dressing;
mod evidence;
mod examine;
mod locally;
mod merge_base;
mod own_check;
mod prose_step;
mod pull_request;
mod push;
mod read_issue;
mod read_specification;
mod reread;
mod rerun;
mod reviews;
mod revise;
mod sub_issues;
mod suggestions;
mod write_step;

use super::{Engine, Failure, aside};
use crate::github::{Error, Repository};
use crate::workflow::{Effect, Event, Reaction, Run, Unit};

#[cfg(test)]
mod tests;

impl Engine {
    /// Performs an effect; what the run learns from it, if anything.
    pub(super) async fn perform(&self, run: &Run, effect: &Effect) -> Result<Option<Event>, Failure> {
        let repository = self.repository(run);
        match effect {
            Effect::Acknowledge => {
                aside(|| repository.react_to_issue(run.issue, "eyes")).await?;
                Ok(None)
            }
            Effect::ReadSpecification => aside(|| self.read_specification(run, &repository)).await.map(Some),
            Effect::ReadIssue { by } => aside(|| self.read_issue(run, &repository, by.clone())).await.map(Some),
            Effect::ReadPermission { login, wish } => {
                let may_steer = self.people.may_steer(&repository, login, &run.talk.steering, self.now()).await?;
                Ok(Some(Event::PermissionRead { login: login.clone(), may_steer, wish: *wish }))
            }
            Effect::ReadComments { after } => aside(|| self.read_comments(run, &repository, *after)).await.map(Some),
            Effect::ReadPullComments { after } => aside(|| self.read_pull_comments(run, &repository, *after)).await.map(Some),
            Effect::ReadReviews => aside(|| self.read_reviews(run, &repository)).await.map(Some),
            Effect::Say(message) => aside(|| self.say(run, &repository, message)).await,
            Effect::React { comment, with } => {
                let content = match with {
                    Reaction::Heard => "+1",
                    Reaction::NotRead => "confused",
                };
                match aside(|| repository.react_to_comment(*comment, content)).await {
                    // Somebody deleted it meanwhile.
                    Ok(()) | Err(Error::NotFound { .. }) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            Effect::Propose => aside(|| self.propose(run, &repository)).await.map(Some),
            Effect::Answer { comment, by, question } => aside(|| self.answer(run, &repository, *comment, by, question)).await.map(Some),
            Effect::WriteStep { step, onto } => aside(|| self.write_step(run, &repository, *step, onto)).await.map(Some),
            Effect::VerifyLocally { unit, commit } => aside(|| self.verify_locally(run, &repository, *unit, commit)).await.map(Some),
            Effect::PushRound { round, commit, onto } => {
                aside(|| push::push(run, &repository, Unit::Round(*round), commit, onto, false)).await.map(Some)
            }
            Effect::Revise { round, onto } => aside(|| self.revise(run, &repository, *round, onto)).await.map(Some),
            Effect::AnswerThread { round, item, thread } => {
                aside(|| self.answer_thread(run, &repository, (*round, *item, *thread))).await.map(Some)
            }
            Effect::RequestReview { of } => aside(|| revise::request_review(run, &repository, of)).await.map(|()| None),
            Effect::Diagnose { unit, commit } => aside(|| self.diagnose(run, &repository, *unit, commit)).await.map(Some),
            Effect::Rerun { commit, workflow_runs } => aside(|| rerun::again(run, &repository, commit, workflow_runs)).await,
            Effect::Repair { unit, onto } => aside(|| self.repair(run, &repository, *unit, onto)).await.map(Some),
            Effect::ShowCheck => aside(|| self.show_check(run, &repository)).await.map(Some),
            Effect::BackToDraft => aside(|| pull_request::back_to_draft(run, &repository)).await.map(|()| None),
            Effect::Push { step, commit, onto, new_branch } => {
                aside(|| push::push(run, &repository, Unit::Step(*step), commit, onto, *new_branch)).await.map(Some)
            }
            Effect::OpenPullRequest => aside(|| self.open_pull_request(run, &repository)).await.map(Some),
            Effect::ShowChecklist => aside(|| pull_request::show_checklist(run, &repository)).await.map(|()| None),
            Effect::ReadChecks { commits } => aside(|| self.read_checks(run, &repository, commits)).await.map(Some),
            Effect::Reread { head } => aside(|| self.reread(run, &repository, head)).await.map(Some),
            Effect::ReadEvidence { head } => aside(|| self.read_evidence(run, &repository, head)).await.map(Some),
            Effect::ReadBranch => aside(|| checks::read_branch(run, &repository, &self.parts.bot)).await.map(Some),
            Effect::ReadPullRequest => aside(|| pull_request::read(run, &repository)).await,
            Effect::MarkReady => aside(|| pull_request::mark_ready(run, &repository)).await.map(Some),
        }
    }

    fn repository(&self, run: &Run) -> Repository {
        self.parts.github.repository(run.installation, &run.repo)
    }
}
