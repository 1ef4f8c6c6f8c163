//! What a command can use up is bounded. Each line ends by itself with a wider bound, or outside.

use std::time::Duration;

use journeyman::sandbox::{Limits, Options, Outcome, Sandbox, Status};

use crate::containers;
use crate::harness::{Site, fences, helper, with_containers};

const MIB: u64 = 1024 * 1024;

/// Held by tests with many processes, which without groups are counted together.
static CROWD: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn all() -> Vec<(&'static str, Sandbox)> {
    let mut all = fences(|| Options::new(helper())).await;
    all.extend(fences(|| Options { groups: false, ..Options::new(helper()) }).await);
    all.extend(containers::fences(|| Options::new(helper())).await);
    all
}

async fn with(sandbox: &Sandbox, limits: Limits, line: &str) -> Outcome {
    let mut site = Site::new();
    site.limits = Limits { wall: Duration::from_secs(60), ..limits };
    site.run(sandbox, line).await
}

/// Runs a line with a narrow bound and with a wide one. The wide one succeeds.
async fn pair(fences: &[(&'static str, Sandbox)], line: &str, narrow: Limits, expected: impl Fn(&Outcome) -> bool) {
    for (name, sandbox) in fences {
        let name = format!("{name}, {}", sandbox.describe());
        let outcome = with(sandbox, narrow, line).await;
        assert!(!outcome.succeeded() && expected(&outcome), "{name}: {outcome:?}");
        let wide = with(sandbox, Limits::default(), line).await;
        assert!(wide.succeeded(), "{name}: with a wider bound: {wide:?}");
    }
}

#[tokio::test]
async fn memory_is_bounded() {
    // tail holds what it is to keep.
    let line = "head -c 300000000 /dev/zero | tail -c 250000000 > /dev/null";
    pair(&all().await, line, Limits { memory: 64 * MIB, ..Limits::default() }, |outcome| {
        matches!(outcome.status, Status::OutOf("memory") | Status::Exited(_) | Status::Signalled(_))
    })
    .await;
}

#[tokio::test]
async fn where_groups_bound_memory_its_end_is_named() {
    for (name, sandbox) in with_containers(|| Options::new(helper())).await {
        let ours = ["memory (control groups", "memory and processes (control groups"];
        if !containers::is_container(name) && !ours.iter().any(|words| sandbox.describe().contains(words)) {
            eprintln!("NOT TESTED here: {name} with a group that bounds memory");
            continue;
        }
        let outcome =
            with(&sandbox, Limits { memory: 48 * MIB, ..Limits::default() }, "head -c 300000000 /dev/zero | tail -c 250000000").await;
        assert_eq!(outcome.status, Status::OutOf("memory"), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn processes_are_bounded() {
    let _alone = CROWD.lock().await;
    let line = "for n in $(seq 260); do sleep 5 & done; kill $(jobs -p) && wait; exit 0";
    pair(&all().await, line, Limits { processes: 200, ..Limits::default() }, |outcome| {
        matches!(outcome.status, Status::OutOf("processes")) || outcome.output.contains("ork")
    })
    .await;
}

#[tokio::test]
async fn a_fork_bomb_is_ended_whole() {
    let _alone = CROWD.lock().await;
    for (name, sandbox) in all().await {
        let mut site = Site::new();
        site.limits = Limits { processes: 100, wall: Duration::from_millis(1500), ..Limits::default() };
        let mark = format!("6{:09}", std::process::id());
        let outcome = site.run(&sandbox, &format!("bomb() {{ bomb | bomb & : {mark}; }}; bomb; sleep {mark}")).await;
        assert_ne!(outcome.status, Status::Exited(0), "{name}: {outcome:?}");
        assert!(outcome.took < Duration::from_secs(15), "{name}: {:?}", outcome.took);
        assert_eq!(crate::harness::processes_with(&mark), Vec::<u32>::new(), "{name}");
        assert!(with(&sandbox, Limits::default(), "true").await.succeeded(), "{name}: another command runs after it");
    }
}

#[tokio::test]
async fn open_files_are_bounded() {
    let once = with_containers(|| Options::new(helper())).await;
    let line = "for n in $(seq 10 90); do eval \"exec $n</dev/null\" || exit 1; done";
    let line = format!("bash -c '{line}'");
    pair(&once, &line, Limits { open_files: 64, ..Limits::default() }, |outcome| matches!(outcome.status, Status::Exited(_))).await;
}

#[tokio::test]
async fn the_largest_file_is_bounded() {
    let once = with_containers(|| Options::new(helper())).await;
    pair(&once, "exec head -c 3000000 /dev/zero > large", Limits { file_size: MIB, ..Limits::default() }, |outcome| {
        outcome.status == Status::OutOf("disk")
    })
    .await;
}

#[tokio::test]
async fn what_is_written_altogether_is_bounded() {
    let once = with_containers(|| Options::new(helper())).await;
    for place in [".", "\"$HOME\"", "\"$TMPDIR\""] {
        let line = format!("for n in $(seq 40); do head -c 1000000 /dev/zero > {place}/$n; done; sleep 1.2");
        pair(&once, &line, Limits { disk: 8 * MIB, ..Limits::default() }, |outcome| outcome.status == Status::OutOf("disk")).await;
    }
}
