use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::RateLimiter;
use governor::clock::FakeRelativeClock;
use serde_json::json;

use super::super::layers::gate::quota;
use super::super::{Error, Pacing};
use super::Here;
use crate::domain::IssueNumber;
use crate::wire::Reply;

/// The most that a client who always asks gets within any window, over many windows.
fn most_in_a_window(most: u32, window: Duration, cells: u32) -> usize {
    let clock = FakeRelativeClock::default();
    let limiter = RateLimiter::direct_with_clock(quota(most, window), clock.clone());
    let step = window / 240;
    let (mut taken, mut busiest) = (VecDeque::new(), 0);
    for tick in 0..2400_u32 {
        while let Ok(Ok(())) = limiter.check_n(NonZeroU32::new(cells).unwrap()) {
            taken.push_back(tick);
        }
        while taken.front().is_some_and(|first| tick - first >= 240) {
            taken.pop_front();
        }
        busiest = busiest.max(taken.len());
        clock.advance(step);
    }
    busiest * cells as usize
}

#[test]
fn no_window_has_more_than_github_allows_and_nearly_all_of_it_can_be_used() {
    for (most, window, cells) in [(80, 60, 1), (500, 3600, 1), (900, 60, 5)] {
        let seen = most_in_a_window(most, Duration::from_secs(window), cells);
        assert!((most as usize * 8 / 10..=most as usize).contains(&seen), "{seen} of {most}");
    }
}

#[tokio::test]
async fn what_would_wait_too_long_for_its_turn_comes_back_for_later() {
    let pacing = Pacing { writes_per_hour: 8, patience: Duration::ZERO, ..Pacing::unhurried() };
    let here = Here::with(pacing, |_, _, _| Reply::Json(201, Vec::new(), json!({ "id": 1 }))).await;
    let mut sent = 0;
    let after = loop {
        match here.repository.create_comment(IssueNumber(1), "x").await {
            Ok(_) => sent += 1,
            Err(Error::Later { after, .. }) => break after,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!((sent, here.asked().len()), (2, 2));
    assert!((Duration::from_secs(500)..=Duration::from_secs(600)).contains(&after), "{after:?}");
    here.repository.about().await.unwrap_err();
    assert_eq!(here.asked().len(), 3, "a read has its own limit");
}
