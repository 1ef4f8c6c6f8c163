//! GraphQL: the document against the schema, the variables against the document.

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, request};
use serde_json::Value;

pub struct GraphQl {
    schema: Valid<Schema>,
}

impl GraphQl {
    pub fn read(text: &str) -> Self {
        let schema = Schema::parse_and_validate(text, "schema.graphql").unwrap_or_else(|faulty| {
            // GitHub's own schema names two fields of an object twice. Nothing else may be wrong with it.
            let doubled =
                |message: String| message.starts_with("duplicate definitions for the") && message.contains(" field of object type ");
            let others: Vec<String> = faulty.errors.iter().map(|e| e.error.to_string()).filter(|m| !doubled(m.clone())).collect();
            assert!(others.is_empty(), "GitHub's GraphQL schema is not read: {others:?}");
            Valid::assume_valid(faulty.partial)
        });
        Self { schema }
    }

    pub fn check(&self, body: Option<&Value>) -> Result<(), String> {
        let body = body.and_then(Value::as_object).ok_or("the body is missing")?;
        if let Some(unknown) = body.keys().find(|key| !matches!(key.as_str(), "query" | "variables" | "operationName")) {
            return Err(format!("a GraphQL request has no field {unknown}"));
        }
        let text = body.get("query").and_then(Value::as_str).ok_or("the document is missing")?;
        let document = ExecutableDocument::parse_and_validate(&self.schema, text, "document").map_err(|e| e.errors.to_string())?;
        let name = body.get("operationName").and_then(Value::as_str);
        let operation = document.operations.get(name).map_err(|_| "the document has no such operation")?;
        let variables = body.get("variables").cloned().unwrap_or_default();
        if let Some(unknown) =
            variables.as_object().into_iter().flat_map(|v| v.keys()).find(|key| !operation.variables.iter().any(|v| v.name == key.as_str()))
        {
            return Err(format!("the document has no variable {unknown}"));
        }
        let values = serde_json::from_value(variables).unwrap_or_default();
        request::coerce_variable_values(&self.schema, operation, &values).map(|_| ()).map_err(|e| format!("{e:?}"))
    }
}
