//! What goes wrong on the way: deliveries that are lost, doubled, late or out of order; requests that fail or whose answer
//! never arrives. The world ends the same.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;

use journeyman::simulator::{Ci, DeliveryFault, RequestFault, Weather};
use journeyman::workflow::Phase;

use crate::demo::{tell_on, tell_with_played_ci};
use crate::harness::World;
use crate::samples::{GREETER, SPECIFICATION, TITLE, file, quick_greeter};

/// Stories told at once.
const AT_ONCE: usize = 2;

async fn played() -> World {
    World::new(&GREETER, Ci::None).await
}

/// The calm story's world, and the routes that it takes.
async fn calm() -> (String, BTreeSet<String>) {
    let mut world = played().await;
    tell_with_played_ci(&mut world).await;
    let routes = world.github.requests().iter().filter_map(|r| Some(format!("{} {}", r.method, r.route?))).collect();
    let account = world.account();
    world.close().await;
    (account, routes)
}

/// Tells the story once for each fault, and compares.
fn each(faults: Vec<(String, RequestFault)>, wanted: &str) {
    let faults = Mutex::new(faults);
    let tell_all = || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        loop {
            let Some((route, fault)) = faults.lock().unwrap().pop() else { return };
            runtime.block_on(async {
                let mut world = played().await;
                world.github.faults(|f| f.next_requests(&route, fault, 1));
                tell_with_played_ci(&mut world).await;
                let met = world.github.faults(|f| f.met().values().sum::<u64>());
                assert_eq!(met, 1, "{route} never met {fault:?}");
                assert_eq!(world.account(), wanted, "{fault:?} at {route}\n{}", world.everything().await);
                world.read_all();
                world.end().await;
            });
        }
    };
    std::thread::scope(|scope| {
        let tellers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(tell_all)).collect();
        tellers.into_iter().for_each(|teller| teller.join().unwrap());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_after_the_work_was_done_does_nothing_twice() {
    let (wanted, routes) = calm().await;
    let changing: Vec<_> = routes.into_iter().filter(|route| !route.starts_with("GET ")).map(|r| (r, RequestFault::CutAfter)).collect();
    assert!(changing.len() >= 9, "{changing:?}");
    tokio::task::block_in_place(|| each(changing, &wanted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_fails_is_made_again_when_its_time_has_come() {
    let (wanted, routes) = calm().await;
    let kinds = [
        RequestFault::Status(500),
        RequestFault::Status(502),
        RequestFault::CutBefore,
        RequestFault::SecondaryLimit(1),
        RequestFault::TooManyRequests(1),
    ];
    // The sweep is no work of the story's.
    let routes = routes.into_iter().filter(|route| !route.contains("/app/hook"));
    let faults = routes.zip(kinds.into_iter().cycle()).collect();
    tokio::task::block_in_place(|| each(faults, &wanted));
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_lost_doubled_and_out_of_order_end_in_the_same_world() {
    let mut calm = World::new(&quick_greeter(), Ci::Workflows).await;
    tell_on(&mut calm).await;
    let wanted = calm.account();
    calm.close().await;
    for seed in [1, 2] {
        let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
        world.github.faults(|f| f.set_weather(Weather { seed, lost: 150, doubled: 150, reordered: 150, ..Weather::default() }));
        world.github.faults(|f| f.next_deliveries("check_run", DeliveryFault::Delayed(Duration::from_millis(100)), 3));
        tell_on(&mut world).await;
        let met = world.github.faults(|f| f.met().clone());
        assert!(met.len() >= 4, "seed {seed} met {met:?}");
        assert_eq!(world.account(), wanted, "seed {seed}, {met:?}\n{}", world.everything().await);
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_fail_at_every_turn_end_in_the_same_world() {
    let (wanted, _) = calm().await;
    for seed in [3, 4] {
        let mut world = played().await;
        world.github.faults(|f| f.set_weather(Weather { seed, failed: 40, cut_after: 40, ..Weather::default() }));
        tell_with_played_ci(&mut world).await;
        let met = world.github.faults(|f| f.met().clone());
        assert!(met.values().sum::<u64>() > 5, "seed {seed} met {met:?}");
        assert_eq!(world.account(), wanted, "seed {seed}, {met:?}\n{}", world.everything().await);
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_label_no_webhook_is_needed_at_all() {
    let (wanted, _) = calm().await;
    let mut world = played().await;
    world.sweeping = false;
    let issue = file(&world.github, &world.repo, TITLE, SPECIFICATION);
    world.settle().await;
    world.github.faults(|f| f.next_deliveries("", DeliveryFault::Lost, u32::MAX));
    world.github.person("ada").comment(&world.repo, issue, "1: exit status 2, as step 2 has it").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "nobody told of the answer");
    let mut looks = 0;
    let mut checked = None;
    while world.run(issue).await.phase != Phase::InReview {
        looks += 1;
        assert!(looks < 40, "{}", world.everything().await);
        world.wait_until_due().await;
        world.settle().await;
        let head = if world.run(issue).await.branch.is_some() { world.commits(issue).await.pop().map(|commit| commit.sha) } else { None };
        if let Some(head) = head.filter(|head| checked.as_ref() != Some(head)) {
            for name in ["style", "test"] {
                world.github.person("ada").set_check(&world.repo, &head, name, Some("success")).unwrap();
            }
            checked = Some(head);
        }
    }
    assert_eq!(world.account(), wanted, "{}", world.everything().await);
    world.read_all();
    world.end().await;
}
