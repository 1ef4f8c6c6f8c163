use expect_test::expect_file;

use crate::domain::{BranchName, Conflict, ConflictKind};
use crate::prose::{
    NOBODY_RESOLVES, NOTHING_IN_COMMON, asked_of_the_merge, comment, gave_up_the_merge, merge_message, model, not_for_text,
};
use crate::workflow::tests::sample::worked;
use crate::workflow::tests::story::Story;
use crate::workflow::{Message, Phase, Run, StuckReason};

fn stuck(files: &[&str], why: String) -> Run {
    let run = Story::in_review(2).run;
    let reason = StuckReason::Conflicts { files: files.iter().map(|file| (*file).to_owned()).collect(), why };
    Run { times_stuck: 1, phase: Phase::Stuck { reason, from: Box::new(run.phase.clone()) }, ..run }
}

fn every_kind() -> Vec<Conflict> {
    let kinds = [
        ConflictKind::Text,
        ConflictKind::Binary,
        ConflictKind::DeletedByUs,
        ConflictKind::DeletedByThem,
        ConflictKind::Renamed,
        ConflictKind::OtherKind,
        ConflictKind::Directory,
        ConflictKind::Submodule,
        ConflictKind::Nameless,
        ConflictKind::Other,
    ];
    kinds.into_iter().map(|kind| Conflict { path: format!("src/{kind:?}.rs"), kind }).collect()
}

#[test]
fn what_people_and_models_hear_of_a_merge() {
    let run = Story::in_review(2).run;
    let mut told = format!("{}\n---\n\n{}", merge_message(&run, None), merge_message(&run, Some(&worked())));
    let files = ["src/greet.rs", "src/main.rs"];
    let reports = [
        stuck(&files, NOBODY_RESOLVES.into()),
        stuck(&files, not_for_text(&every_kind())),
        stuck(&files[..1], asked_of_the_merge("Is a greeting a `String` now, or a `Greeting`? @octocat fixes #1")),
        stuck(&files[..1], gave_up_the_merge("it went in circles")),
        stuck(&[], NOTHING_IN_COMMON.into()),
    ];
    for run in reports {
        told.push_str(&format!("\n---\n\n{}", comment(&run, &Message::Stuck(1))));
    }
    let files = files.map(str::to_owned);
    told.push_str(&format!("\n---\n\n{}\n", model::merge("journeyman/12-greet-people", "main", &files)));
    expect_file!["../../../fixtures/prose/merge.md"].assert_eq(&told);
}

#[test]
fn a_name_that_a_shell_might_read_otherwise_is_in_no_command() {
    let mut run = stuck(&["a"], NOBODY_RESOLVES.into());
    assert!(comment(&run, &Message::Stuck(1)).contains("git merge origin/main"));
    run.plan.as_mut().unwrap().base_branch = BranchName::new("main;id");
    assert!(!comment(&run, &Message::Stuck(1)).contains("git merge"));
}
