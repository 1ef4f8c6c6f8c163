use std::collections::HashSet;
use std::sync::Mutex as Held;

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn a_lane_without_work_is_not_claimed() {
    let place = Place::new();
    let store = place.open().await;
    assert!(store.claim("here", NOW, 1000).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), None);
    store.accept(delivery("a", "{}")).await.unwrap();
    assert!(store.claim("here", NOW, 1000).await.unwrap().is_none(), "an unrouted delivery is in no lane");
}

#[tokio::test]
async fn a_claimed_lane_is_nobody_elses_until_it_is_released() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    assert_eq!(claim.lane(), &lane(7));
    assert!(store.claim("there", NOW.plus_seconds(0), 1000).await.unwrap().is_none());
    store.release(claim).await.unwrap();
    assert_eq!(store.claim("there", NOW, 1000).await.unwrap().unwrap().fence(), 2);
}

#[tokio::test]
async fn a_renewed_lease_is_kept_and_an_expired_one_is_taken_over() {
    let place = Place::new();
    let (store, claim) = claimed(&place).await;
    store.renew(&claim, Timestamp(NOW.0 + 900), 1000).await.unwrap();
    assert!(store.claim("there", Timestamp(NOW.0 + 1500), 1000).await.unwrap().is_none());
    assert_eq!(store.next_due().await.unwrap(), Some(Timestamp(NOW.0 + 1900)));
    assert!(store.claim("there", Timestamp(NOW.0 + 1900), 1000).await.unwrap().is_some());
}

#[tokio::test]
async fn the_old_holder_of_a_stolen_lease_can_do_nothing() {
    let place = Place::new();
    let (store, old) = claimed(&place).await;
    store.commit_turn(&old, Turn { effects: vec![effect("e", NOW)], ..turn(Consumed::Nothing) }).await.unwrap();
    let later = NOW.plus_seconds(2);
    let new = store.claim("here", later, 1000).await.unwrap().unwrap();
    let before = store.counts().await.unwrap();
    let consumed = turn(Consumed::Delivery(DeliveryId::new("first")));
    assert!(matches!(store.commit_turn(&old, consumed.clone()).await, Err(Error::LeaseLost(_))));
    assert!(matches!(store.renew(&old, later, 1000).await, Err(Error::LeaseLost(_))));
    assert!(matches!(store.postpone(&old, 1, later, "why").await, Err(Error::LeaseLost(_))));
    store.release(old).await.unwrap();
    assert_eq!(store.counts().await.unwrap(), before);
    store.commit_turn(&new, consumed).await.unwrap();
}

#[tokio::test]
async fn a_process_that_starts_again_takes_back_what_it_held_when_it_was_killed() {
    let place = Place::new();
    let (store, old) = claimed(&place).await;
    assert_eq!(store.release_all("there").await.unwrap(), 0);
    assert_eq!(store.release_all("here").await.unwrap(), 1);
    assert!(matches!(store.commit_turn(&old, turn(Consumed::Nothing)).await, Err(Error::LeaseLost(_))));
    assert!(store.claim("here", NOW, 1000).await.unwrap().is_some());
}

#[tokio::test]
async fn the_lane_that_waits_longest_comes_first() {
    let place = Place::new();
    let store = place.open().await;
    for (issue, at) in [(1, 30), (2, 10), (3, 20)] {
        let id = DeliveryId::new(issue.to_string());
        store.accept(Delivery { received_at: Timestamp(at), ..delivery(id.as_str(), "{}") }).await.unwrap();
        store.route(&id, &lane(issue)).await.unwrap();
    }
    let mut order = vec![];
    while let Some(claim) = store.claim("here", NOW, 1000).await.unwrap() {
        order.push(claim.lane().clone());
    }
    assert_eq!(order, [lane(2), lane(3), lane(1)]);
}

#[tokio::test]
async fn many_claimers_never_hold_one_lane_twice_and_handle_each_delivery_once() {
    const LANES: u64 = 5;
    let place = Place::new();
    // Two processes on one file wait for SQLite's lock, which is not fair.
    let patient = StoreConfig::Sqlite { path: place.path(), patience: Duration::from_secs(60) };
    let stores = [Store::open(&patient).await.unwrap(), Store::open(&patient).await.unwrap()];
    for n in 0..60 {
        let id = DeliveryId::new(n.to_string());
        stores[0].accept(delivery(id.as_str(), "{}")).await.unwrap();
        stores[0].route(&id, &lane(n % LANES)).await.unwrap();
    }
    let (held, handled) = (Held::new(HashSet::new()), Held::new(vec![]));
    let worker = async |store: &Store, name: String| {
        while store.counts().await.unwrap().waiting > 0 {
            let Some(claim) = store.claim(&name, NOW, 60_000).await.unwrap() else { continue };
            assert!(held.lock().unwrap().insert(claim.lane().clone()), "{} is held twice", claim.lane());
            if let Work::Delivery(delivery) = store.next(&claim, NOW).await.unwrap() {
                store.commit_turn(&claim, turn(Consumed::Delivery(delivery.id.clone()))).await.unwrap();
                handled.lock().unwrap().push(delivery.id);
            }
            held.lock().unwrap().remove(claim.lane());
            store.release(claim).await.unwrap();
        }
    };
    join_all((0..8).map(|n| worker(&stores[n % 2], format!("worker {n}")))).await;
    let handled = handled.into_inner().unwrap();
    assert_eq!((handled.len(), handled.iter().collect::<HashSet<_>>().len()), (60, 60));
}
