//! What the client does on the wire, against a wire that records; and the pure parts by themselves.

mod auth;
mod bodies;
mod pace;
mod refusals;
mod repetition;
mod signatures;
mod trees;
mod webhooks;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::{App, AppConfig, Pacing, Repository};
use crate::domain::InstallationId;
use crate::wire::{self, Recorded, Reply, Wire};

/// 2026-01-01T00:00:00Z, where every test begins.
const BEGIN: i64 = 1_767_225_600_000;

/// An App on a wire, with a clock that the test moves.
struct Here {
    wire: Wire,
    app: App,
    repository: Repository,
    now: Arc<AtomicI64>,
}

impl Here {
    /// Tokens are minted as `token-1`, `token-2`, … and last an hour; everything else is answered by `answer`.
    async fn with(pacing: Pacing, answer: impl Fn(&Recorded, &str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let minted = AtomicI64::new(0);
        let now = Arc::new(AtomicI64::new(BEGIN));
        let clock = now.clone();
        let wire = Wire::answering(move |request, base, before| {
            if !request.target.ends_with("/access_tokens") {
                return answer(request, base, before);
            }
            let ends = chrono::DateTime::from_timestamp_millis(clock.load(Ordering::SeqCst) + 3_600_000).unwrap();
            wire::token(&format!("token-{}", minted.fetch_add(1, Ordering::SeqCst) + 1), &ends.to_rfc3339())
        })
        .await;
        let (app, repository) = connect(&wire.base, pacing, now.clone());
        Here { wire, app, repository, now }
    }

    async fn answering(answer: impl Fn(&Recorded, &str, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::with(Pacing::unhurried(), answer).await
    }

    fn pass(&self, minutes: i64) {
        self.now.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    /// `METHOD path-after-the-base`, without the minting of tokens.
    fn asked(&self) -> Vec<String> {
        let log = self.wire.log();
        let asked = log.iter().filter(|r| !r.target.ends_with("/access_tokens"));
        asked.map(|r| format!("{} {}", r.method, r.target.trim_start_matches("/api/v3/repos/o/r"))).collect()
    }

    fn minted(&self) -> usize {
        self.wire.log().iter().filter(|r| r.target.ends_with("/access_tokens")).count()
    }
}

fn connect(base: &str, pacing: Pacing, now: Arc<AtomicI64>) -> (App, Repository) {
    let config = AppConfig { api_base: base.to_owned(), app_id: 7, private_key_pem: wire::private_key().into(), pacing };
    let app = App::new(config, Arc::new(move || now.load(Ordering::SeqCst))).unwrap();
    let repository = app.repository(InstallationId(5), &"o/r".parse().unwrap());
    (app, repository)
}
