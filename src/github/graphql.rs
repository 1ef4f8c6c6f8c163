//! GraphQL, for the few things that REST cannot do.

use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::call::Call;
use super::error::{Error, Trouble};
use super::repository::Repository;

impl Repository {
    /// The `data` of the answer to a question.
    pub(super) async fn ask<T: DeserializeOwned>(&self, document: &'static str, variables: Value) -> Result<T, Error> {
        let call = self.graphql(document, variables).changing_nothing();
        let data = self.data(&call).await?;
        serde_json::from_value(data).map_err(|e| Error::Never { why: Trouble::new(&call.method, call.template, e.to_string()) })
    }

    /// The same of things of which some may be kept from us: those are `null` in the answer. `None` where the server does not know what
    /// is asked for.
    pub(super) async fn ask_for_parts<T: DeserializeOwned>(&self, document: &'static str, variables: Value) -> Result<Option<T>, Error> {
        let call = self.graphql(document, variables).changing_nothing();
        let mut answer: Value = self.json(&call).await?;
        let data = answer.get_mut("data").map(Value::take).unwrap_or_default();
        match answer.get("errors").and_then(|errors| errors.get(0)) {
            Some(error) if error.pointer("/extensions/code").and_then(Value::as_str) == Some("undefinedField") => return Ok(None),
            Some(error) if data.get("repository").is_none_or(Value::is_null) => return Err(refused(&call, error)),
            Some(_) | None => {}
        }
        serde_json::from_value(data).map(Some).map_err(|e| Error::Never { why: Trouble::new(&call.method, call.template, e.to_string()) })
    }

    /// What a mutation answers is of no interest.
    pub(super) async fn mutate(&self, document: &'static str, variables: Value) -> Result<(), Error> {
        let call = self.graphql(document, variables);
        self.data(&call).await.map(|_| ())
    }

    fn graphql(&self, document: &'static str, variables: Value) -> Call {
        let mut call = Call::new(Method::POST, "/graphql", &[]).json(json!({ "query": document, "variables": variables }));
        call.target = self.app.client().graphql_address();
        call
    }

    async fn data(&self, call: &Call) -> Result<Value, Error> {
        let mut answer: Value = self.json(call).await?;
        match answer.get("errors").and_then(|errors| errors.get(0)) {
            Some(error) => Err(refused(call, error)),
            None => Ok(answer.get_mut("data").map(Value::take).unwrap_or_default()),
        }
    }
}

/// GraphQL refuses with 200 and a `type`.
fn refused(call: &Call, error: &Value) -> Error {
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let why = Trouble::new(&call.method, call.template, word("message"));
    match word("type") {
        "NOT_FOUND" => Error::NotFound { what: why },
        "FORBIDDEN" => Error::Forbidden { needs: None, page: None, why },
        "RATE_LIMITED" => Error::Later { after: std::time::Duration::from_secs(60), why },
        _ => Error::Never { why },
    }
}
