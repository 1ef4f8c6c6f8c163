//! Asking again: deliveries that GitHub could not bring are asked for once more.

use super::{Engine, Failure};
use crate::domain::Timestamp;
use crate::github::Delivery;

/// A delivery that never arrives is asked for so often, all attempts together.
const MOST_ATTEMPTS: usize = 4;
/// Deliveries that were handled or passed over are kept for a week: longer than GitHub redelivers.
const KEPT_SECONDS: i64 = 7 * 24 * 3600;

impl Engine {
    /// Looks through the App's newest deliveries and has those redelivered that never arrived. How many.
    pub async fn redeliver_failed(&self) -> Result<usize, Failure> {
        let deliveries = self.parts.github.deliveries(None).await?.deliveries;
        let mut asked: Vec<&str> = Vec::new();
        for delivery in deliveries.iter().filter(|d| !d.arrived()) {
            let guid = delivery.guid.as_str();
            if !asked.contains(&guid) && is_worth_asking(&deliveries, guid) {
                self.parts.github.redeliver(delivery.id).await?;
                asked.push(guid);
            }
        }
        Ok(asked.len())
    }

    /// Deletes what was handled long ago. How many rows.
    pub async fn prune(&self) -> Result<u64, Failure> {
        let before = Timestamp(self.now().0 - KEPT_SECONDS * 1000);
        Ok(self.parts.store.prune(before).await?)
    }
}

fn is_worth_asking(deliveries: &[Delivery], guid: &str) -> bool {
    let same: Vec<&Delivery> = deliveries.iter().filter(|d| d.guid.as_str() == guid).collect();
    same.len() < MOST_ATTEMPTS && !same.iter().any(|d| d.arrived())
}
