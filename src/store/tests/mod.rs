//! The store against real files.

mod accepting;
mod charges;
mod leasing;
mod schema;
mod turns;

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::domain::{IssueNumber, RepoName};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn repo() -> RepoName {
    "octo/widgets".parse().unwrap()
}

fn lane(issue: u64) -> Lane {
    Lane::of(&repo(), IssueNumber(issue))
}

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    fn path(&self) -> PathBuf {
        self.0.path().join("store ä%#?.db")
    }
    fn config(&self) -> StoreConfig {
        StoreConfig::Sqlite { path: self.path(), patience: Duration::from_millis(200) }
    }
    async fn open(&self) -> Store {
        Store::open(&self.config()).await.unwrap()
    }
}

fn delivery(id: &str, payload: impl Into<Bytes>) -> Delivery {
    Delivery { id: DeliveryId::new(id), event: "issues".into(), received_at: NOW, payload: payload.into() }
}

/// A store with one routed delivery in the lane of issue 7, and the claim on it.
async fn claimed(place: &Place) -> (Store, Claim) {
    let store = place.open().await;
    store.accept(delivery("first", "{}")).await.unwrap();
    store.route(&DeliveryId::new("first"), &lane(7)).await.unwrap();
    let claim = store.claim("here", NOW, 1000).await.unwrap().unwrap();
    (store, claim)
}

fn turn(consumed: Consumed) -> Turn {
    Turn { consumed, run: None, effects: vec![], journal: vec![] }
}

fn effect(key: &str, not_before: Timestamp) -> NewEffect {
    NewEffect { key: key.into(), json: format!("{{\"do\":\"{key}\"}}"), not_before }
}

fn run_row(version_before: i64) -> RunRow {
    RunRow {
        json: "{\"phase\":\"Reading\"}".into(),
        version_before,
        repo: repo(),
        issue: IssueNumber(7),
        branch: Some(crate::domain::BranchName::new("journeyman/7-ü")),
        pull: Some(crate::domain::PullNumber(8)),
        phase: "Reading".into(),
        wake_at: None,
    }
}
