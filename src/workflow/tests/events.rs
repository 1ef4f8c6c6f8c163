//! Each event, in the forms that matter.

use super::sample::{check, exhausted, failure, keys, labelled, login, reading, revised, sha, specification};
use crate::domain::{CommentId, InstallationId, PullNumber, Untrusted};
use crate::workflow::verdict::CheckState;
use crate::workflow::{
    Checked, Effect, Event, Evidence, IssueReading, Local, Merging, Missed, OwnCheck, Problem, Reading, Remark, ThreadOutcome, Unit, Wish,
    Words, Written,
};

/// Forms of one event stand together.
pub fn events() -> Vec<Event> {
    let by = login("ada");
    let remarks = |text: &str| vec![Remark { id: CommentId(900), by: login("ada"), body: Untrusted::new(text), is_bot: false }];
    let up_to = Some(CommentId(900));
    let says = |text: &str| Event::CommentsRead { remarks: remarks(text), strangers: Vec::new(), up_to };
    let on_pull = |text: &str| Event::PullCommentsRead { remarks: remarks(text), strangers: Vec::new(), up_to };
    let checked = |commit: &str, state| Event::ChecksRead {
        checked: vec![Checked { commit: sha(commit), checks: vec![check("test", state)] }],
        required: None,
    };
    let issue =
        |open, labelled, digit: &str| Event::IssueRead(IssueReading { open, labelled, hash: digit.repeat(64), by: Some(login("ada")) });
    let gave_up = |effect: Effect| Event::GaveUp { effect: Box::new(effect), why: "403".into(), may_heal: false };
    let asked = reading(specification(2), vec![super::sample::gap("For whom?")]);
    vec![
        labelled(by.as_str()),
        Event::Unlabelled { by: by.clone() },
        Event::SpecificationEdited { by: by.clone() },
        Event::Commented { by: by.clone() },
        Event::CommentedOnPull { by: by.clone() },
        Event::Reviewed { by: by.clone() },
        Event::IssueClosed { by: by.clone() },
        Event::IssueReopened { by: by.clone() },
        Event::ChecksChanged { commit: sha("c2") },
        Event::BranchMoved { to: Some(sha("c2")) },
        Event::BranchMoved { to: Some(sha("fe")) },
        Event::BranchMoved { to: None },
        Event::PullRequestClosed { merged: true, by: by.clone() },
        Event::PullRequestClosed { merged: false, by: by.clone() },
        Event::PullRequestReopened { by: by.clone() },
        Event::PullRequestEdited { by },
        Event::Pressed { by: login("grace"), wish: Wish::Retry },
        Event::Pressed { by: login("grace"), wish: Wish::Stop },
        Event::Rerequested { by: login("grace") },
        Event::TimePassed,
        Event::Reinstalled { installation: InstallationId(6), event: Box::new(Event::IssueReopened { by: login("ada") }) },
        Event::SpecificationRead(Box::new(reading(specification(2), Vec::new()))),
        Event::SpecificationRead(Box::new(asked)),
        Event::SpecificationRead(Box::new(Reading { hash: "3".repeat(64), ..reading(revised(), Vec::new()) })),
        Event::SettingsBroken { problems: vec![Problem { line: 2, what: "`verfy` is no key".into() }] },
        Event::NotPermitted { login: login("mallory") },
        Event::NotAccepted { login: login("mallory"), hash: "2".repeat(64) },
        issue(true, true, "0"),
        issue(true, true, "1"),
        issue(true, false, "0"),
        issue(false, true, "0"),
        Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Retry },
        Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Stop },
        Event::PermissionRead { login: login("grace"), may_steer: false, wish: Wish::Retry },
        Event::CheckShown(OwnCheck { head: sha("c2"), id: 77 }),
        says("1: Hello"),
        says("/journeyman stop"),
        says("/journeyman retry"),
        says("/journeyman retry step 2"),
        says("/journeyman status"),
        says("/journeyman help"),
        says("/journeyman approve"),
        says("/journeyman approve\n\n1. Greet people in `src/greet.rs`\n2. Say goodbye in `src/bye.rs`"),
        says("/journeyman proceed"),
        says("/journeyman resume"),
        says("/journeyman rebuild step 1"),
        says("/journeyman dance"),
        says("@journeyman why two steps?"),
        super::reviewing::reviewed(31, "Rename it.", false),
        super::reviewing::reviewed(31, "LGTM", false),
        on_pull("/journeyman status"),
        on_pull("I like it."),
        Event::CommentsRead { remarks: Vec::new(), strangers: vec![CommentId(901)], up_to: Some(CommentId(901)) },
        Event::StepWritten { step: 1, written: Written::Commit { commit: sha("c2"), onto: sha("c1"), work: None } },
        Event::StepWritten { step: 1, written: Written::Nothing { work: None } },
        Event::StepWritten { step: 1, written: Written::Asks { question: "Which greeting?".into(), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::OutOfBudget { exhausted: Box::new(exhausted()), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::GaveUp { why: "it went in circles".into(), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::Refused { path: "a".into(), line: 3, why: "not found".into() } },
        Event::Pushed { unit: Unit::Step(1), commit: sha("c2") },
        Event::Pushed { unit: Unit::Round(0), commit: sha("e1") },
        Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true },
        Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: false },
        Event::Revised {
            round: 0,
            written: Written::Commit { commit: sha("e1"), onto: sha("c2"), work: None },
            outcomes: vec![ThreadOutcome::Done { words: Untrusted::new("Renamed.") }],
        },
        Event::Revised {
            round: 0,
            written: Written::Nothing { work: None },
            outcomes: vec![ThreadOutcome::Nothing { words: Untrusted::new("") }],
        },
        Event::RoundRepaired { round: 0, written: Written::Commit { commit: sha("e2"), onto: sha("e1"), work: None } },
        Event::ThreadAnswered { round: 0, item: 0, thread: 0, answer: CommentId(903) },
        Event::PullRequestOpened { number: PullNumber(14) },
        Event::PullRequestRead { open: true, merged: false, merging: Merging::Free },
        Event::PullRequestRead { open: true, merged: false, merging: Merging::Unknown },
        Event::PullRequestRead {
            open: true,
            merged: false,
            merging: Merging::Wanted { tip: sha("ba5f"), head: sha("c2"), conflicts: true },
        },
        Event::PullRequestRead { open: false, merged: true, merging: Merging::Free },
        checked("c2", CheckState::Pending),
        checked("c2", CheckState::Passed),
        checked("c2", CheckState::Failed),
        checked("c2", CheckState::Cancelled),
        Event::Diagnosed { unit: Unit::Step(1), commit: sha("c2"), failures: vec![failure("test")], can_repair: true },
        Event::Diagnosed { unit: Unit::Step(1), commit: sha("c2"), failures: vec![failure("test")], can_repair: false },
        Event::RerunRefused { commit: sha("c2"), why: "the App may not".into() },
        Event::VerifiedLocally { unit: Unit::Step(1), commit: sha("c2"), local: Local::Passed(vec!["make test".into()]) },
        Event::BranchRead { head: Some(sha("c2")), lost: Vec::new(), guests: Vec::new() },
        Event::BranchRead { head: Some(sha("fe")), lost: Vec::new(), guests: Vec::new() },
        Event::BranchRead { head: Some(sha("fe")), lost: vec![sha("c1"), sha("c2")], guests: Vec::new() },
        Event::BranchRead { head: None, lost: Vec::new(), guests: Vec::new() },
        Event::Reread { head: sha("c2"), missed: Vec::new() },
        Event::Reread { head: sha("c2"), missed: vec![Missed { step: 1, what: vec!["It names `a`.".into()], can_write: true }] },
        Event::EvidenceRead(Evidence { head: sha("c2"), proofs: Vec::new(), ended: 0 }),
        Event::MarkedReady,
        Event::Said { name: "status".into(), id: CommentId(800) },
        Event::Proposed(Box::new(super::sample::proposal())),
        Event::Answered { comment: CommentId(902), by: login("ada"), words: Words::Help },
        gave_up(Effect::ShowChecklist),
        gave_up(Effect::ReadSpecification),
        gave_up(Effect::WriteStep { step: 1, onto: sha("c1") }),
        gave_up(Effect::MarkReady),
    ]
}

/// The event's name with what tells its forms apart.
pub fn spelled(event: &Event) -> String {
    let detail = match event {
        Event::BranchMoved { to } => to.as_ref().map_or("away".to_owned(), |to| to.as_str()[..4].to_owned()),
        Event::PullRequestClosed { merged, .. } => (if *merged { "merged" } else { "unmerged" }).to_owned(),
        Event::SpecificationRead(read) if read.hash.starts_with('3') => "edited".to_owned(),
        Event::SpecificationRead(read) => (if read.gaps.is_empty() { "clear" } else { "a gap" }).to_owned(),
        Event::IssueRead(found) => match (found.open, found.labelled, found.hash.starts_with('0')) {
            (false, _, _) => "closed",
            (true, false, _) => "no label",
            (true, true, true) => "as it was",
            (true, true, false) => "edited",
        }
        .to_owned(),
        Event::PermissionRead { may_steer: true, wish, .. } => format!("may {}", wish.identifier()),
        Event::PermissionRead { may_steer: false, .. } => "may not".to_owned(),
        Event::Pressed { wish, .. } => wish.identifier().to_owned(),
        Event::Diagnosed { can_repair, .. } => (if *can_repair { "can be repaired" } else { "cannot be repaired" }).to_owned(),
        Event::CommentsRead { remarks, .. } if remarks.is_empty() => "a stranger's".to_owned(),
        Event::CommentsRead { remarks, .. } => {
            remarks.iter().map(|r| r.body.as_data().replace("\n\n", " with steps").chars().take(30).collect::<String>()).collect()
        }
        Event::Pushed { unit, .. } => (if matches!(unit, Unit::Step(_)) { "a step" } else { "a round" }).to_owned(),
        Event::Revised { written: Written::Nothing { .. }, .. } => "no change".to_owned(),
        Event::StepWritten { written: Written::Commit { .. }, .. } => "commit".to_owned(),
        Event::StepWritten { written: Written::Nothing { .. }, .. } => "no change".to_owned(),
        Event::StepWritten { written: Written::Asks { .. }, .. } => "asks".to_owned(),
        Event::StepWritten { written: Written::OutOfBudget { .. }, .. } => "out of budget".to_owned(),
        Event::StepWritten { written: Written::GaveUp { .. }, .. } => "gave up".to_owned(),
        Event::StepWritten { written: Written::Refused { .. }, .. } => "refused".to_owned(),
        Event::BranchConflict { keeps_ours, .. } => (if *keeps_ours { "ours kept" } else { "ours gone" }).to_owned(),
        Event::PullRequestRead { open: true, merging: Merging::Free, .. } => "open".to_owned(),
        Event::PullRequestRead { open: true, merging: Merging::Unknown, .. } => "open, unsure".to_owned(),
        Event::PullRequestRead { open: true, merging: Merging::Wanted { .. }, .. } => "open, wants the base".to_owned(),
        Event::PullRequestRead { open: false, .. } => "merged".to_owned(),
        Event::ChecksRead { checked, .. } => format!("{:?}", checked[0].checks[0].state).to_lowercase(),
        Event::BranchRead { head: None, .. } => "gone".to_owned(),
        Event::BranchRead { head: Some(head), lost, .. } => {
            format!("{}{}", &head.as_str()[..4], if lost.is_empty() { "" } else { ", ours lost" })
        }
        Event::GaveUp { effect, .. } => keys(&[(**effect).clone()]),
        Event::ReviewsRead { threads, .. } => threads[0].thread.said[0].text.as_data().to_owned(),
        Event::PullCommentsRead { remarks, .. } => remarks[0].body.as_data().to_owned(),
        Event::CommentedOnPull { .. }
        | Event::Reviewed { .. }
        | Event::Labelled { .. }
        | Event::Unlabelled { .. }
        | Event::SpecificationEdited { .. }
        | Event::Commented { .. }
        | Event::IssueClosed { .. }
        | Event::IssueReopened { .. }
        | Event::ChecksChanged { .. }
        | Event::PullRequestReopened { .. }
        | Event::PullRequestEdited { .. }
        | Event::Rerequested { .. }
        | Event::CheckShown(_)
        | Event::RerunRefused { .. }
        | Event::VerifiedLocally { .. }
        | Event::TimePassed
        | Event::Reinstalled { .. }
        | Event::NotPermitted { .. }
        | Event::SettingsBroken { .. }
        | Event::Proposed(_)
        | Event::Answered { .. }
        | Event::NotAccepted { .. }
        | Event::Revised { .. }
        | Event::RoundRepaired { .. }
        | Event::ThreadAnswered { .. }
        | Event::PullRequestOpened { .. }
        | Event::EvidenceRead(_)
        | Event::Reread { .. }
        | Event::MarkedReady
        | Event::Said { .. } => return event.name().to_owned(),
    };
    format!("{}: {detail}", event.name())
}
