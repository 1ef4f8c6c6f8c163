//! Crash everywhere: whatever was performed and not recorded is performed again, and the world ends the same.

use std::sync::atomic::{AtomicUsize, Ordering};

use journeyman::simulator::Ci;

use crate::demo::{tell, tell_with_played_ci};
use crate::harness::{Crash, World};
use crate::samples::{GREETER, quick_greeter};

/// Stories told at once.
const AT_ONCE: usize = 3;

/// One crash in so many places is tried, each time the same ones; with `CRASH_EVERY=1`, each.
const EVERY: usize = 4;

#[expect(clippy::disallowed_methods, reason = "a test is told how long to look")]
fn every() -> usize {
    std::env::var("CRASH_EVERY").ok().and_then(|every| every.parse().ok()).unwrap_or(EVERY)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_performing_and_recording_changes_nothing_wherever_it_happens() {
    let mut calm = World::new(&GREETER, Ci::None).await;
    tell_with_played_ci(&mut calm).await;
    let wanted = calm.account();
    let pieces = calm.performed.len();
    calm.read_all();
    calm.end().await;
    assert!(wanted.contains("· ready ·") && pieces > 40, "{pieces} pieces of work");
    let next = AtomicUsize::new(1);
    let crashed: usize = std::thread::scope(|scope| {
        let tellers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| crash_from(&next, &wanted))).collect();
        tellers.into_iter().map(|teller| teller.join().unwrap()).sum()
    });
    // How many pieces a story has depends a little on which webhooks come together.
    assert!(crashed * every() * 10 >= pieces * 9, "only {crashed} of {pieces} places were tried");
    println!("crashed at {crashed} pieces of work; without a crash there were {pieces}");
}

/// Tells the story with a crash at another piece of work each time, until it is over before. How many.
fn crash_from(next: &AtomicUsize, wanted: &str) -> usize {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut crashed = 0;
    loop {
        let k = next.fetch_add(every(), Ordering::SeqCst);
        let went_on = runtime.block_on(async {
            let mut world = World::new(&GREETER, Ci::None).await;
            world.crash = Crash::At(k);
            tell_with_played_ci(&mut world).await;
            if world.restarts == 0 {
                world.close().await;
                return false;
            }
            let what = &world.performed[k - 1];
            assert_eq!(world.account(), wanted, "crashed at piece {k}, {what:?}\n{}", world.everything().await);
            world.read_all();
            world.end().await;
            true
        });
        if !went_on {
            return crashed;
        }
        crashed += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_crashes_after_everything_it_does_still_ends_in_the_same_world() {
    let mut calm = tell(&quick_greeter(), Crash::Never).await;
    let mut hounded = tell(&quick_greeter(), Crash::Always).await;
    assert_eq!(hounded.account(), calm.account(), "{}", hounded.everything().await);
    assert!(hounded.restarts > 40, "{} restarts", hounded.restarts);
    for world in [&mut calm, &mut hounded] {
        world.read_all();
    }
    calm.end().await;
    hounded.end().await;
}
