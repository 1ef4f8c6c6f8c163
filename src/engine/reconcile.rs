//! Asking again: deliveries that GitHub could not bring are asked for once more.

use std::collections::HashMap;

use super::{Engine, Failure};
use crate::domain::Timestamp;
use crate::github::Delivery;

/// GitHub keeps deliveries for three days, <https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks>.
const KEPT_BY_GITHUB_SECONDS: i64 = 3 * 24 * 3600;
/// What arrived late may still fail: a sweep looks back so far behind the one before it.
const OVERLAP_SECONDS: i64 = 24 * 3600;
/// Pages of a hundred that one sweep reads at most.
const MOST_PAGES: usize = 100;
/// Deliveries that were handled or passed over are kept for a week: longer than GitHub redelivers.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;

impl Engine {
    /// Looks through the App's deliveries and has those redelivered that never arrived; the first failure is asked for at once,
    /// later ones after ever longer times. `swept` is when the last complete sweep began; without one we have just started. How many
    /// were asked for.
    pub async fn redeliver_failed(&self, swept: Option<Timestamp>) -> Result<usize, Failure> {
        let now = self.now();
        let horizon = swept.map_or(now.plus_seconds(-KEPT_BY_GITHUB_SECONDS), |at| at.plus_seconds(-OVERLAP_SECONDS));
        // What failed while we were down is asked for when we are back, however often it failed.
        let at = swept.map_or(Timestamp(i64::MAX), |_| now);
        let mut asked = 0;
        for id in due(&self.deliveries_since(horizon).await?, at) {
            match self.parts.github.redeliver(id).await {
                Ok(()) => asked += 1,
                Err(error) => tracing::warn!("failed to have a delivery brought again: {error}"),
            }
        }
        Ok(asked)
    }

    async fn deliveries_since(&self, horizon: Timestamp) -> Result<Vec<Delivery>, Failure> {
        let mut all: Vec<Delivery> = Vec::new();
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let page = self.parts.github.deliveries(cursor.as_deref()).await?;
            all.extend(page.deliveries);
            let far_enough = all.last().is_none_or(|oldest| oldest.delivered_at < horizon);
            match page.next.filter(|_| !far_enough) {
                Some(next) => cursor = Some(next),
                None => return Ok(all),
            }
        }
        tracing::warn!("GitHub lists more than {MOST_PAGES} pages of deliveries; the older ones were not looked at");
        Ok(all)
    }

    /// Deletes what was handled long ago. How many rows.
    pub async fn prune(&self) -> Result<u64, Failure> {
        self.clear_work().await?;
        Ok(self.parts.store.prune(self.now().plus_seconds(-KEPT_SECONDS)).await?)
    }

    /// Removes the checkouts and homes of runs that are over. Their transcripts stay.
    async fn clear_work(&self) -> Result<(), Failure> {
        let Some(means) = &self.parts.means else { return Ok(()) };
        let directories = means.places.runs_with_work();
        if directories.is_empty() {
            return Ok(());
        }
        let runs = self.parts.store.runs().await?;
        for summary in runs.iter().filter(|summary| summary.phase == "over") {
            for directory in directories.iter().filter(|directory| means.places.is_of(directory, &summary.repo, summary.issue)) {
                if let Err(error) = std::fs::remove_dir_all(directory) {
                    tracing::warn!("failed to remove {}: {error}", directory.display());
                }
            }
        }
        Ok(())
    }
}

/// Of each delivery that never arrived, its newest attempt, if it is time for another: at once after the first, then after 5, 20, 80
/// minutes and so on.
fn due(deliveries: &[Delivery], now: Timestamp) -> Vec<u64> {
    let mut attempts: HashMap<&str, Vec<&Delivery>> = HashMap::new();
    for delivery in deliveries {
        attempts.entry(delivery.guid.as_str()).or_default().push(delivery);
    }
    let mut due: Vec<u64> = attempts
        .into_values()
        .filter(|attempts| !attempts.iter().any(|attempt| attempt.arrived()))
        .filter_map(|attempts| {
            let newest = attempts.iter().max_by_key(|attempt| attempt.delivered_at)?;
            let failed_again = u32::try_from(attempts.len() - 1).unwrap_or(u32::MAX).min(8);
            let wait = if failed_again == 0 { 0 } else { 300 * 4_i64.pow(failed_again - 1) };
            (now.since(newest.delivered_at) >= wait * 1000).then_some(newest.id)
        })
        .collect();
    due.sort_unstable();
    due
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DeliveryId;

    fn attempt(id: u64, guid: &str, minute: i64, status_code: u16) -> Delivery {
        let delivered_at = Timestamp(minute * 60_000);
        Delivery { id, guid: DeliveryId::new(guid), delivered_at, redelivery: false, status_code, event: "issues".into(), action: None }
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp(minute * 60_000)
    }

    #[test]
    fn a_first_failure_is_asked_for_at_once_and_what_arrived_is_not() {
        let all = [attempt(3, "a", 10, 0), attempt(2, "b", 9, 202), attempt(1, "c", 8, 503)];
        assert_eq!(due(&all, at(10)), [1, 3]);
    }

    #[test]
    fn what_arrived_with_a_later_attempt_is_done() {
        let all = [attempt(2, "a", 12, 200), attempt(1, "a", 10, 0)];
        assert_eq!(due(&all, at(600)), Vec::<u64>::new());
    }

    #[test]
    fn each_further_failure_waits_four_times_as_long() {
        let twice = [attempt(2, "a", 10, 0), attempt(1, "a", 0, 0)];
        assert_eq!((due(&twice, at(14)), due(&twice, at(15))), (vec![], vec![2]));
        let thrice = [attempt(3, "a", 20, 0), attempt(2, "a", 10, 0), attempt(1, "a", 0, 0)];
        assert_eq!((due(&thrice, at(39)), due(&thrice, at(40))), (vec![], vec![3]));
    }
}
