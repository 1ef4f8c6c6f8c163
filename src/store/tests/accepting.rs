use futures_util::future::join_all;

use super::*;

/// Bytes that do not compress, from a small generator.
fn noise(length: usize) -> Bytes {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| next()).collect::<Vec<_>>().into()
}

#[tokio::test]
async fn a_delivery_comes_back_byte_for_byte_after_a_restart() {
    let place = Place::new();
    let payloads: [Bytes; 5] = [Bytes::new(), "{".into(), "abc".repeat(9000).into(), noise(12_000), noise(700_000)];
    let store = place.open().await;
    for (n, payload) in payloads.iter().enumerate() {
        assert_eq!(store.accept(delivery(&format!("d{n}"), payload.clone())).await.unwrap(), Accepted::New);
    }
    store.close().await;
    let store = place.open().await;
    let expected: Vec<_> = payloads.iter().enumerate().map(|(n, payload)| delivery(&format!("d{n}"), payload.clone())).collect();
    assert_eq!(store.unrouted(10).await.unwrap(), expected);
    assert_eq!(store.unrouted(2).await.unwrap(), expected[..2]);
}

#[tokio::test]
async fn what_was_accepted_is_in_the_files_of_a_process_that_is_killed() {
    let (place, copy) = (Place::new(), Place::new());
    let store = place.open().await;
    join_all((0..100).map(|n| store.accept(delivery(&n.to_string(), "{}")))).await;
    // What a kill leaves behind is the files as they are now: nothing is closed or flushed.
    let side = |place: &Place| PathBuf::from(format!("{}-wal", place.path().display()));
    std::fs::copy(place.path(), copy.path()).unwrap();
    std::fs::copy(side(&place), side(&copy)).unwrap();
    assert_eq!(copy.open().await.counts().await.unwrap().waiting, 100);
}

#[tokio::test]
async fn a_delivery_sent_again_is_a_duplicate_and_the_first_one_stays() {
    let place = Place::new();
    let store = place.open().await;
    assert_eq!(store.accept(delivery("a", "one")).await.unwrap(), Accepted::New);
    assert_eq!(store.accept(delivery("a", "two")).await.unwrap(), Accepted::Duplicate);
    assert_eq!(store.unrouted(10).await.unwrap(), [delivery("a", "one")]);
}

#[tokio::test]
async fn among_many_at_once_exactly_one_of_each_is_new() {
    let place = Place::new();
    let store = place.open().await;
    let answers = join_all((0..500).map(|n| store.accept(delivery(&(n % 130).to_string(), "{}")))).await;
    let new = answers.into_iter().filter(|a| matches!(a, Ok(Accepted::New))).count();
    assert_eq!((new, store.counts().await.unwrap().waiting), (130, 130));
}

#[tokio::test]
async fn deliveries_that_wait_together_share_a_transaction() {
    let place = Place::new();
    let store = place.open().await;
    let held = store.database.write().await.unwrap();
    let let_go = async {
        tokio::task::yield_now().await;
        drop(held);
    };
    let accepting = join_all((0..200).map(|n| store.accept(delivery(&n.to_string(), "{}"))));
    let (answers, ()) = tokio::join!(accepting, let_go);
    assert!(answers.iter().all(|a| matches!(a, Ok(Accepted::New))));
    assert!(*store.arrivals().borrow() <= 3, "200 deliveries took {} transactions", *store.arrivals().borrow());
}

#[tokio::test]
async fn a_full_queue_says_so_at_once_and_loses_nothing_that_it_took() {
    let place = Place::new();
    let store = place.open().await;
    let held = store.database.write().await.unwrap();
    let let_go = async {
        tokio::task::yield_now().await;
        drop(held);
    };
    let accepting = join_all((0..6000).map(|n| store.accept(delivery(&n.to_string(), "{}"))));
    let (answers, ()) = tokio::join!(accepting, let_go);
    let taken = answers.iter().filter(|a| matches!(a, Ok(Accepted::New))).count();
    let busy = answers.iter().filter(|a| matches!(a, Err(Error::Busy(_)))).count();
    assert!(busy > 0, "the queue takes without end");
    assert_eq!(taken + busy, 6000);
    assert_eq!(store.counts().await.unwrap().waiting, u64::try_from(taken).unwrap());
    assert_eq!(store.accept(delivery("later", "{}")).await.unwrap(), Accepted::New);
}

#[tokio::test]
async fn while_another_process_holds_the_database_it_is_busy_and_afterwards_not() {
    let place = Place::new();
    let (store, other) = (place.open().await, place.open().await);
    let held = other.database.write().await.unwrap();
    assert!(matches!(store.accept(delivery("a", "{}")).await, Err(Error::Busy(_))));
    assert!(matches!(store.probe(NOW).await, Err(Error::Busy(_))));
    held.rollback().await.unwrap();
    assert_eq!(store.accept(delivery("a", "{}")).await.unwrap(), Accepted::New);
    store.probe(NOW).await.unwrap();
}

#[tokio::test]
async fn closing_writes_what_waits_and_takes_nothing_more() {
    let place = Place::new();
    let store = place.open().await;
    let (waiting, ()) = tokio::join!(store.accept(delivery("a", "{}")), store.close());
    assert_eq!(waiting.unwrap(), Accepted::New);
    assert!(matches!(store.accept(delivery("b", "{}")).await, Err(Error::Unavailable(_))));
    assert_eq!(place.open().await.counts().await.unwrap().waiting, 1);
}

#[tokio::test]
async fn an_arrival_wakes_whoever_looked_before_it() {
    let place = Place::new();
    let store = place.open().await;
    let mut arrivals = store.arrivals();
    arrivals.borrow_and_update();
    let (_, changed) = tokio::join!(store.accept(delivery("a", "{}")), arrivals.changed());
    changed.unwrap();
}

#[tokio::test]
async fn a_delivery_passed_over_no_longer_waits_and_keeps_its_reason() {
    let place = Place::new();
    let store = place.open().await;
    store.accept(delivery("a", "{}")).await.unwrap();
    store.pass_over(&DeliveryId::new("a"), "no run follows this event", NOW).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), Counts::default());
    let passed = store.passed_over(10).await.unwrap();
    assert_eq!(passed.iter().map(|p| (p.id.as_str(), p.reason.as_str())).collect::<Vec<_>>(), [("a", "no run follows this event")]);
    assert_eq!(store.accept(delivery("a", "{}")).await.unwrap(), Accepted::Duplicate);
}

#[tokio::test]
async fn a_damaged_payload_is_passed_over_and_holds_up_nobody() {
    let place = Place::new();
    let store = place.open().await;
    store.accept(delivery("a", "abc".repeat(9000))).await.unwrap();
    let mut transaction = store.database.write().await.unwrap();
    sqlx::query("UPDATE deliveries SET payload = $1").bind(&b"\xff\xff\xff"[..]).execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    store.accept(delivery("b", "{}")).await.unwrap();
    let readable = store.unrouted(2).await.unwrap();
    assert_eq!(readable.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["b"]);
    let passed = store.passed_over(10).await.unwrap();
    assert!(passed.iter().any(|p| p.id.as_str() == "a" && p.reason.contains("delivery a")), "{passed:?}");
}

#[tokio::test]
async fn pruning_takes_what_is_old_and_done_and_leaves_what_waits() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    store
        .commit_turn(&claim, Turn { effects: vec![effect("e", NOW)], ..turn(Consumed::Delivery(DeliveryId::new("first"))) })
        .await
        .unwrap();
    let Work::Effect(pending) = store.next(&claim, NOW).await.unwrap() else { panic!("no effect") };
    store.commit_turn(&claim, Turn { effects: vec![effect("f", NOW)], ..turn(Consumed::Effect(pending.id)) }).await.unwrap();
    store.accept(delivery("waits", "{}")).await.unwrap();
    assert_eq!(store.prune(NOW).await.unwrap(), 0, "what is not older stays");
    assert_eq!(store.prune(NOW.plus_seconds(1)).await.unwrap(), 2);
    assert_eq!(store.counts().await.unwrap(), Counts { waiting: 1, unrouted: 1, outbox: 1, runs: 0 });
}
