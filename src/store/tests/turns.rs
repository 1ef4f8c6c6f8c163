use super::*;
use crate::domain::{BranchName, PullNumber};

fn line(text: &str) -> JournalLine {
    JournalLine { at: NOW, kind: "moved".into(), text: text.into() }
}

#[tokio::test]
async fn a_turn_is_committed_whole() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    let whole = Turn {
        consumed: Consumed::Delivery(DeliveryId::new("first")),
        run: Some(run_row(0)),
        effects: vec![effect("comment", NOW), effect("branch", NOW)],
        journal: vec![line("read the specification"), line("asked two questions")],
    };
    store.commit_turn(&claim, whole).await.unwrap();
    store.close().await;
    let store = place.open().await;
    assert_eq!(store.counts().await.unwrap(), Counts { waiting: 0, unrouted: 0, outbox: 2, runs: 1 });
    assert_eq!(store.run(&lane(7)).await.unwrap(), Some(StoredRun { json: run_row(0).json, version: 1 }));
    assert_eq!(store.journal(&lane(7)).await.unwrap(), [line("read the specification"), line("asked two questions")]);
    let Work::Effect(first) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    assert_eq!((first.key.as_str(), first.effect_json.as_str(), first.attempts), ("comment", "{\"do\":\"comment\"}", 0));
}

#[tokio::test]
async fn a_turn_that_fails_leaves_nothing() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    let stale = Turn {
        run: Some(run_row(3)),
        effects: vec![effect("e", NOW)],
        journal: vec![line("x")],
        ..turn(Consumed::Delivery(DeliveryId::new("first")))
    };
    assert!(matches!(store.commit_turn(&claim, stale).await, Err(Error::Conflict { what: "the run", .. })));
    assert_eq!(store.counts().await.unwrap(), Counts { waiting: 1, ..Counts::default() });
    assert_eq!(store.journal(&lane(7)).await.unwrap(), []);
}

#[tokio::test]
async fn versions_count_up_and_an_old_one_is_a_conflict() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    for version in 0..3 {
        store.commit_turn(&claim, Turn { run: Some(run_row(version)), ..turn(Consumed::Nothing) }).await.unwrap();
    }
    for version in [0, 2, 4] {
        let stale = Turn { run: Some(run_row(version)), ..turn(Consumed::Nothing) };
        assert!(matches!(store.commit_turn(&claim, stale).await, Err(Error::Conflict { what: "the run", .. })), "version {version}");
    }
    assert_eq!(store.run(&lane(7)).await.unwrap().unwrap().version, 3);
}

#[tokio::test]
async fn nothing_is_consumed_twice_nor_in_another_lane() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    store
        .commit_turn(&claim, Turn { effects: vec![effect("e", NOW)], ..turn(Consumed::Delivery(DeliveryId::new("first"))) })
        .await
        .unwrap();
    let Work::Effect(pending) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    store.accept(delivery("other", "{}")).await.unwrap();
    store.route(&DeliveryId::new("other"), &lane(9)).await.unwrap();
    let other = store.claim("here", NOW, 1000).await.unwrap().unwrap();
    assert!(matches!(store.commit_turn(&other, turn(Consumed::Effect(pending.id))).await, Err(Error::Conflict { .. })));
    store.commit_turn(&claim, turn(Consumed::Effect(pending.id))).await.unwrap();
    for again in [Consumed::Effect(pending.id), Consumed::Delivery(DeliveryId::new("first")), Consumed::Delivery(DeliveryId::new("other"))]
    {
        assert!(matches!(store.commit_turn(&claim, turn(again)).await, Err(Error::Conflict { .. })));
    }
}

#[tokio::test]
async fn an_undone_effect_is_not_put_there_twice_but_a_done_one_may_come_again() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    let twice = vec![effect("status", NOW), effect("status", NOW)];
    store.commit_turn(&claim, Turn { effects: twice, ..turn(Consumed::Delivery(DeliveryId::new("first"))) }).await.unwrap();
    assert_eq!(store.counts().await.unwrap().outbox, 1);
    let Work::Effect(first) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    store.commit_turn(&claim, Turn { effects: vec![effect("status", NOW)], ..turn(Consumed::Effect(first.id)) }).await.unwrap();
    let Work::Effect(second) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    assert!(second.id > first.id);
}

#[tokio::test]
async fn deliveries_come_before_effects_and_an_effect_not_yet_due_holds_up_those_behind_it() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    store.commit_turn(&claim, Turn { effects: vec![effect("a", NOW), effect("b", NOW)], ..turn(Consumed::Nothing) }).await.unwrap();
    assert!(matches!(store.next(&claim, NOW).await.unwrap(), Work::Delivery(d) if d == delivery("first", "{}")));
    store.commit_turn(&claim, turn(Consumed::Delivery(DeliveryId::new("first")))).await.unwrap();
    let Work::Effect(a) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    let later = NOW.plus_seconds(30);
    store.postpone(&claim, a.id, later, "GitHub answered 502").await.unwrap();
    assert_eq!(store.next(&claim, NOW).await.unwrap(), Work::Nothing);
    store.release(claim).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(later));
    assert!(store.claim("here", NOW, 1000).await.unwrap().is_none());
    let claim = store.claim("here", later, 1000).await.unwrap().unwrap();
    assert_eq!(store.next(&claim, later).await.unwrap(), Work::Effect(PendingEffect { attempts: 1, ..a }));
}

#[tokio::test]
async fn a_run_is_woken_once_when_its_time_has_come() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    let wake_at = NOW.plus_seconds(60);
    let asleep = RunRow { wake_at: Some(wake_at), ..run_row(0) };
    store.commit_turn(&claim, Turn { run: Some(asleep), ..turn(Consumed::Delivery(DeliveryId::new("first"))) }).await.unwrap();
    assert_eq!(store.next(&claim, NOW).await.unwrap(), Work::Nothing);
    store.release(claim).await.unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(wake_at));
    let claim = store.claim("here", wake_at, 1000).await.unwrap().unwrap();
    assert_eq!(store.next(&claim, wake_at).await.unwrap(), Work::Wake);
    store.commit_turn(&claim, turn(Consumed::Wake)).await.unwrap();
    assert_eq!(store.next(&claim, wake_at).await.unwrap(), Work::Nothing);
    assert_eq!(store.next_due().await.unwrap(), None);
}

#[tokio::test]
async fn a_run_that_waits_is_woken_sooner_and_never_later() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    let asleep = RunRow { wake_at: Some(NOW.plus_seconds(60)), ..run_row(0) };
    store.commit_turn(&claim, Turn { run: Some(asleep), ..turn(Consumed::Delivery(DeliveryId::new("first"))) }).await.unwrap();
    store.release(claim).await.unwrap();
    for (at, sooner) in [(90, false), (30, true), (40, false)] {
        assert_eq!(store.wake_sooner(&lane(7), NOW.plus_seconds(at)).await.unwrap(), sooner, "{at}");
    }
    assert_eq!(store.next_due().await.unwrap(), Some(NOW.plus_seconds(30)));
    let claim = store.claim("here", NOW.plus_seconds(30), 1000).await.unwrap().unwrap();
    assert_eq!(store.next(&claim, NOW.plus_seconds(30)).await.unwrap(), Work::Wake);
    store.commit_turn(&claim, turn(Consumed::Wake)).await.unwrap();
    assert!(!store.wake_sooner(&lane(7), NOW).await.unwrap(), "a run that waits for no time is not woken");
}

#[tokio::test]
async fn a_run_is_found_by_its_issue_branch_and_pull_request_in_its_own_repository() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    store.commit_turn(&claim, Turn { run: Some(run_row(0)), ..turn(Consumed::Nothing) }).await.unwrap();
    let branch = BranchName::new("journeyman/7-ü");
    assert_eq!(store.run_by_branch(&repo(), &branch).await.unwrap(), [lane(7)]);
    assert_eq!(store.run_by_pull(&repo(), PullNumber(8)).await.unwrap(), Some(lane(7)));
    assert_eq!(store.run_by_issue(&repo(), IssueNumber(7)).await.unwrap(), Some(lane(7)));
    let other = "octo/other".parse().unwrap();
    assert_eq!(store.run_by_branch(&other, &branch).await.unwrap(), []);
    assert_eq!(store.run_by_pull(&other, PullNumber(8)).await.unwrap(), None);
    assert_eq!(store.run_by_issue(&repo(), IssueNumber(u64::MAX)).await.unwrap(), None);
    assert_eq!(store.runs_of(&other).await.unwrap(), []);
    let listed = store.runs().await.unwrap();
    assert_eq!(store.runs_of(&repo()).await.unwrap(), listed);
    assert_eq!(
        listed.iter().map(|r| (&r.lane, r.issue, r.branch.as_ref(), r.pull, r.phase.as_str())).collect::<Vec<_>>(),
        [(&lane(7), IssueNumber(7), Some(&branch), Some(PullNumber(8)), "Reading")]
    );
}
