//! Holds requests to GitHub's own description of its API: the OpenAPI description for REST, the schema for GraphQL.
//!
//! For any test: `#[path = "…/support/contract/mod.rs"] mod contract;`, then `contract::github().check(…)` with each
//! request that a fake GitHub recorded. `scripts/fetch-contract` brings the two descriptions; a test without them fails.
#![allow(dead_code, reason = "each test binary uses its own part of this")]

mod graphql;
mod openapi;
mod sample;
mod schema;

use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

/// GitHub's API as GitHub describes it.
pub struct Contract {
    rest: openapi::Rest,
    graphql: graphql::GraphQl,
}

pub use sample::Webhook;

/// The description, read once in a process.
pub fn github() -> &'static Contract {
    static GITHUB: LazyLock<Contract> = LazyLock::new(|| Contract {
        rest: openapi::Rest::read(serde_json::from_str(&fetched("openapi.json")).unwrap()),
        graphql: graphql::GraphQl::read(&fetched("schema.graphql")),
    });
    &GITHUB
}

fn fetched(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/contract").join(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("GitHub's description of its API is not there: run scripts/fetch-contract first"))
}

impl Contract {
    /// Whether GitHub documents this request. `target` is path and query, with or without `/api/v3` in front; the error
    /// says what GitHub does not know.
    pub fn check(&self, method: &str, target: &str, body: Option<&Value>) -> Result<(), String> {
        let target = target.strip_prefix("/api/v3").unwrap_or(target);
        let checked = match target {
            "/graphql" | "/api/graphql" if method == "POST" => self.graphql.check(body),
            _ => self.rest.check(method, target, body),
        };
        checked.map_err(|why| format!("{method} {target}: {why}"))
    }

    /// Whether an answer of a simulated GitHub is one that GitHub documents. GraphQL answers are not looked at.
    pub fn check_answer(&self, method: &str, target: &str, status: u16, body: Option<&Value>) -> Result<(), String> {
        let target = target.strip_prefix("/api/v3").unwrap_or(target);
        if matches!(target, "/graphql" | "/api/graphql") {
            return Ok(());
        }
        self.rest.check_answer(method, target, status, body).map_err(|why| format!("{method} {target}, answer {status}: {why}"))
    }

    /// Whether a webhook of a simulated GitHub is one that GitHub documents.
    pub fn check_webhook(&self, event: &str, payload: &Value) -> Result<(), String> {
        self.rest.check_webhook(event, payload).map_err(|why| format!("webhook {event}: {why}"))
    }

    /// GitHub's own example of a successful answer: status and body.
    pub fn example(&self, method: &str, target: &str) -> Option<(u16, Value)> {
        self.rest.example(method, target.strip_prefix("/api/v3").unwrap_or(target))
    }

    /// A payload of every webhook that GitHub documents, one for each action.
    pub fn webhooks(&self) -> Vec<Webhook> {
        sample::webhooks(self.rest.api())
    }
}
