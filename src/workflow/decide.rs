//! What a run makes of an event.

use super::phase::{
    branch, building, edited, finishing, fixing, issue, merging, over, reading, reviewing, revising, stuck, talk, verifying, waking,
};
use super::{
    Conversation, Decision, Effect, Ending, Event, Local, Message, Phase, Run, Shown, Stage, StuckReason, Unit, Wish, consequences,
};
use crate::domain::{Sha, Timestamp};

pub(super) const ENDED: &str = "the run is over";
pub(super) const NOTHING_PUSHED: &str = "no commit of ours is on the branch yet";
const NO_PULL: &str = "the run has no pull request yet";
const NO_NEWS: &str = "the run knows this already";
pub(super) const OUT_OF_TURN: &str = "the run no longer waits for this";

/// Decides. An event that leaves the run as it was and asks for nothing is passed over.
pub fn decide(run: &Run, event: Event, now: Timestamp) -> Decision {
    match decided(run.clone(), event, now) {
        Decision::Move(after, effects) if effects.is_empty() && *after == *run => Decision::Pass(NO_NEWS),
        Decision::Move(after, effects) => {
            let settled = consequences::settled(run, &after);
            let (after, draft) = consequences::draft(*after);
            let show = consequences::shown(run, &after);
            Decision::moved(after, effects).after(settled).then(draft).then(show)
        }
        Decision::Pass(reason) => Decision::Pass(reason),
    }
}

/// Events are matched first, phases within; neither has a wildcard arm.
fn decided(run: Run, event: Event, now: Timestamp) -> Decision {
    match event {
        Event::Labelled { by, settings } => match run.phase {
            Phase::Over(_) => reading::again(run, by, *settings),
            // Who may triage may label, but only who may write has a run tried again.
            Phase::Stuck { .. } => Decision::moved(
                run,
                vec![Effect::ReadIssue { by: Some(by.clone()) }, Effect::ReadPermission { login: by, wish: Wish::Retry }],
            ),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview => Decision::Pass("the issue's run is under way"),
        },
        Event::Unlabelled { by } | Event::IssueClosed { by } => unless_over(run, |run| issue::nudged(run, by)),
        Event::IssueRead(found) => issue::read(run, found),
        Event::SpecificationEdited { .. } => issue::edited(run),
        Event::Commented { .. } => {
            let read = Effect::ReadComments { after: run.comments_read_to };
            Decision::moved(run, vec![read])
        }
        Event::CommentedOnPull { .. } if run.pull.is_none() => Decision::Pass(NO_PULL),
        Event::CommentedOnPull { .. } => {
            let read = Effect::ReadPullComments { after: run.pull_comments_read_to };
            Decision::moved(run, vec![read])
        }
        Event::IssueReopened { .. } => Decision::Pass("an issue is built when it is labelled, not when it is reopened"),
        Event::ChecksChanged { commit } if run.awaits(&commit) || run.head.as_ref() == Some(&commit) => {
            unless_over(run, |_| vec![Effect::ReadChecks { commits: vec![commit] }])
        }
        Event::ChecksChanged { .. } => Decision::Pass("neither the head nor a step's newest commit was checked"),
        Event::BranchMoved { .. } if !run.plan.as_ref().is_some_and(|p| p.has_commits()) => Decision::Pass(NOTHING_PUSHED),
        Event::BranchMoved { to: Some(to) } if is_expected(&run, &to) => Decision::Pass("the branch moved to our newest commit"),
        Event::BranchMoved { to } => unless_over(run, |run| {
            // A branch is deleted after a merge, and GitHub may tell of that first.
            let look = to.is_none() && run.pull.is_some();
            look.then_some(Effect::ReadPullRequest).into_iter().chain([Effect::ReadBranch]).collect()
        }),
        Event::PullRequestClosed { .. } | Event::PullRequestRead { .. } | Event::PullRequestEdited { .. } if run.pull.is_none() => {
            Decision::Pass(NO_PULL)
        }
        // A merge counts even after the run was stopped.
        Event::PullRequestClosed { .. } => match run.phase {
            Phase::Over(Ending::Merged | Ending::NothingToDo) => Decision::Pass(ENDED),
            Phase::Over(Ending::Cancelled { .. } | Ending::Closed)
            | Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. } => Decision::moved(run, vec![Effect::ReadPullRequest]),
        },
        Event::PullRequestReopened { .. } => match run.phase {
            Phase::Over(Ending::Closed) => Decision::moved(run, vec![Effect::ReadPullRequest]),
            Phase::Over(_) => Decision::Pass(ENDED),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. } => Decision::Pass("the run was not over"),
        },
        Event::PullRequestEdited { .. } => unless_over(run, |_| vec![Effect::ShowChecklist]),
        Event::Pressed { wish: Wish::Retry, .. } if !matches!(run.phase, Phase::Stuck { .. }) => {
            Decision::Pass("the run is not stuck, so that there is nothing to try again")
        }
        Event::Pressed { by, wish } => unless_over(run, |_| vec![Effect::ReadPermission { login: by, wish }]),
        Event::Rerequested { by } => unless_over(run, |run| {
            let again = matches!(run.phase, Phase::Stuck { .. }).then_some(Effect::ReadPermission { login: by, wish: Wish::Retry });
            let commits = finishing::commits(run);
            let read = (!commits.is_empty()).then_some(Effect::ReadChecks { commits });
            let show = Shown::of(run).map(|_| Effect::ShowCheck);
            again.into_iter().chain(read).chain(show).collect()
        }),
        Event::Reviewed { .. } if run.pull.is_none() => Decision::Pass(NO_PULL),
        Event::Reviewed { .. } => match run.phase {
            Phase::InReview => Decision::moved(run, vec![Effect::ReadReviews]),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::Stuck { .. } => reviewing::wait(run),
            Phase::Over(_) => Decision::Pass(ENDED),
        },
        Event::ReviewsRead { reviews, threads } => match run.phase {
            Phase::InReview => reviewing::read(run, &reviews, threads, now),
            Phase::Building { stage: Stage::Writing, .. } if run.pull.is_some() => reviewing::read(run, &reviews, threads, now),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::CheckShown(check) => {
            let check = Some(check);
            if run.check == check { Decision::Pass(NO_NEWS) } else { Decision::moved(Run { check, ..run }, Vec::new()) }
        }
        Event::TimePassed => waking::time_passed(run, now),
        Event::Reinstalled { installation, event } => reinstalled(Run { installation, ..run }, *event, now),
        Event::SpecificationRead(read) if run.is_frozen() => match run.phase {
            Phase::Over(_) => Decision::Pass(ENDED),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. } => edited::read_again(run, *read, now),
        },
        Event::SpecificationRead(read) => match run.phase {
            Phase::Reading => reading::done(run, *read, now),
            Phase::Stuck { .. } if run.waits_for_another_text() => reading::done(run, *read, now),
            Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::SettingsBroken { problems } => match run.phase {
            Phase::Reading => stuck::settings_broken(run, problems, now),
            Phase::Stuck { .. } if run.waits_for_another_text() => stuck::settings_broken(run, problems, now),
            Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::NotPermitted { login } => match run.phase {
            Phase::Reading => stuck::not_permitted(run, login, now),
            Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::NotAccepted { login, hash } => match run.phase {
            Phase::Reading => stuck::not_accepted(run, login, hash, now),
            Phase::Stuck { .. } if run.waits_for_another_text() => stuck::not_accepted(run, login, hash, now),
            Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::PermissionRead { may_steer: false, .. } => Decision::Pass("who may not write to the repository steers no run"),
        Event::PermissionRead { login, may_steer: true, wish: Wish::Stop } => match run.phase {
            Phase::Over(_) => Decision::Pass(ENDED),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. } => over::cancel(run, Some(login)),
        },
        Event::PermissionRead { login, may_steer: true, wish: Wish::Retry } => match run.phase {
            Phase::Stuck { .. } => stuck::retry(run, login, now),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::CommentsRead { remarks, strangers, up_to } => talk::heard(run, remarks, &strangers, up_to, now),
        Event::PullCommentsRead { remarks, strangers, up_to } => talk::heard_on_pull(run, remarks, &strangers, up_to, now),
        Event::StepWritten { step, written } => match run.phase {
            Phase::Building { step: current, stage: Stage::Writing | Stage::Fixing } if current == step => {
                building::written(run, step, written, now)
            }
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::Revised { round, written, outcomes } => match run.in_hand() {
            Some((Unit::Round(current), Stage::Writing)) if current == round => revising::revised(run, round, written, outcomes, now),
            Some(_) | None => Decision::Pass(OUT_OF_TURN),
        },
        Event::RoundRepaired { round, written } => match run.in_hand() {
            Some((Unit::Round(current), Stage::Fixing)) if current == round => revising::repaired(run, round, written, now),
            Some(_) | None => Decision::Pass(OUT_OF_TURN),
        },
        Event::ThreadAnswered { round, item, thread, answer } => revising::answered(run, round, item, thread, answer),
        Event::Pushed { unit, commit } => match (run.in_hand(), unit) {
            (Some((current, Stage::Pushing { commit: pushing })), Unit::Step(step)) if current == unit && *pushing == commit => {
                building::pushed(run, step, commit, now)
            }
            (Some((current, Stage::Pushing { commit: pushing })), Unit::Round(round)) if current == unit && *pushing == commit => {
                revising::pushed(run, round, commit, now)
            }
            (Some(_) | None, _) => Decision::Pass(OUT_OF_TURN),
        },
        Event::BranchConflict { unit, onto, head, keeps_ours } => match run.in_hand() {
            Some((current, Stage::Pushing { .. })) if current == unit => building::conflict(run, unit, &onto, head, keeps_ours, now),
            Some(_) | None => Decision::Pass(OUT_OF_TURN),
        },
        Event::PullRequestOpened { number } if run.pull == Some(number) => Decision::Pass(NO_NEWS),
        Event::PullRequestOpened { number } => {
            let run = Run { pull: Some(number), ..run };
            let show = vec![Effect::ShowChecklist, Effect::Say(Message::Status)];
            match run.phase {
                Phase::Finishing => finishing::judge(run, Vec::new(), now).after(show),
                Phase::Reading
                | Phase::Asking
                | Phase::Planned
                | Phase::Building { .. }
                | Phase::Revising { .. }
                | Phase::InReview
                | Phase::Stuck { .. }
                | Phase::Over(_) => Decision::moved(run, show),
            }
        }
        Event::PullRequestRead { open: true, .. } if run.phase == Phase::Over(Ending::Closed) => over::reopen(run),
        Event::PullRequestRead { open: true, merged: _, merging } => merging::read(run, merging, now),
        Event::PullRequestRead { open: false, merged, merging: _ } => over::pull_request_closed(run, merged),
        Event::ChecksRead { checked, required } => verifying::checks_read(run, checked, required, now),
        Event::Diagnosed { unit, commit, failures, can_repair } => match run.in_hand() {
            Some((current, Stage::Diagnosing)) if current == unit && run.commit_of(unit) == Some(&commit) => {
                fixing::diagnosed(run, unit, commit, failures, can_repair, now)
            }
            Some(_) | None => Decision::Pass(OUT_OF_TURN),
        },
        Event::RerunRefused { commit, why } => fixing::not_rerun(run, &commit, why, now),
        Event::VerifiedLocally { unit, commit, local } => {
            unless_ended(run, |run| verifying::verified_locally(run, unit, &commit, local, now))
        }
        Event::BranchRead { head, lost, guests } => branch::read(run, head, &lost, guests, now),
        Event::Reread { head, missed } => finishing::reread_done(run, head, missed),
        Event::EvidenceRead(evidence) => unless_ended(run, |run| finishing::evidence_read(run, evidence)),
        Event::MarkedReady => match run.phase {
            Phase::Finishing => finishing::ready(Run { is_ready: run.pull.is_some(), ..run }, now),
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::Proposed(proposal) => match run.phase {
            Phase::Asking if !run.is_frozen() => {
                let run = Run { talk: Conversation { proposal: Some(*proposal), ..run.talk }, ..run };
                Decision::moved(run, vec![Effect::Say(Message::Plan), Effect::Say(Message::Questions)])
            }
            Phase::Asking
            | Phase::Reading
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::Answered { comment, by, words } => {
            let mut run = run;
            run.talk.reply(comment, &by, words, now);
            Decision::moved(run, vec![Effect::Say(Message::Reply(comment))])
        }
        Event::Said { name, id } => {
            let mut run = run;
            run.said.insert(name, id);
            Decision::moved(run, Vec::new())
        }
        Event::GaveUp { effect, why, .. } if matches!(*effect, Effect::Propose | Effect::Answer { .. }) => {
            talk::unanswered(run, *effect, why, now)
        }
        Event::GaveUp { effect, why, .. } if matches!(*effect, Effect::Diagnose { .. } | Effect::Rerun { .. }) => {
            fixing::unperformed(run, *effect, why, now)
        }
        Event::GaveUp { effect, why, .. } if matches!(*effect, Effect::VerifyLocally { .. }) => {
            let Effect::VerifyLocally { unit, commit } = *effect else { return Decision::Pass(OUT_OF_TURN) };
            unless_ended(run, |run| verifying::verified_locally(run, unit, &commit, Local::NotRun(why), now))
        }
        Event::GaveUp { effect, why: _, may_heal } if effect.is_dispensable() || (may_heal && is_asked_again(&run, &effect)) => {
            Decision::Pass("the run can do without it")
        }
        Event::GaveUp { effect, why: _, may_heal: _ } if !effect.is_wanted(&run) => Decision::Pass(OUT_OF_TURN),
        Event::GaveUp { effect, why, may_heal } => stuck::gave_up(run, &effect, why, may_heal, now),
    }
}

fn unless_ended(run: Run, then: impl FnOnce(Run) -> Decision) -> Decision {
    if matches!(run.phase, Phase::Over(_)) { Decision::Pass(ENDED) } else { then(run) }
}

fn unless_over(run: Run, effects: impl FnOnce(&Run) -> Vec<Effect>) -> Decision {
    match run.phase {
        Phase::Over(_) => Decision::Pass(ENDED),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. } => {
            let effects = effects(&run);
            Decision::moved(run, effects)
        }
    }
}

/// The run's new installation is kept, whatever becomes of the event that told of it.
fn reinstalled(run: Run, event: Event, now: Timestamp) -> Decision {
    match decided(run.clone(), event, now) {
        Decision::Pass(_) => Decision::moved(run, Vec::new()),
        moved @ Decision::Move(..) => moved,
    }
}

/// Whether the branch is known to be where it is. A branch that was rewritten is read even when it comes back to our head.
fn is_expected(run: &Run, sha: &Sha) -> bool {
    let rewritten = matches!(run.phase, Phase::Stuck { reason: StuckReason::BranchRewritten, .. });
    let pushing = matches!(run.in_hand(), Some((_, Stage::Pushing { commit })) if commit == sha);
    let lost = run.has_lost();
    !rewritten && !lost && (pushing || run.head.as_ref() == Some(sha))
}

/// Whether the run reads the checks again by itself, so that one reading less does not matter.
fn is_asked_again(run: &Run, effect: &Effect) -> bool {
    matches!(effect, Effect::ReadChecks { .. }) && run.wake_at.is_some()
}
