//! From OpenAPI 3.0 schemas to JSON Schema.

use serde_json::{Map, Value, json};

/// Follows `$ref` into the description.
pub fn resolve<'a>(api: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(name) = value.get("$ref").and_then(Value::as_str) {
        value = api.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("the description has no {name}"));
    }
    value
}

/// Deeper in an answer nothing is looked at: some of GitHub's schemas contain themselves.
const DEEPEST: usize = 16;

/// How a schema is held against a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// For requests: a field that GitHub does not name is refused.
    Strict,
    /// For answers: GitHub may always say more.
    Open,
}

/// The schema with its references written out and `nullable` as JSON Schema says it.
pub fn convert(api: &Value, schema: &Value, manner: Manner) -> Value {
    part(api, schema, manner, manner == Manner::Strict, 0)
}

/// `closed`: whether unknown fields are refused here. Within `allOf`, `anyOf`, `oneOf` that is for the schema around them.
fn part(api: &Value, schema: &Value, manner: Manner, closed: bool, depth: usize) -> Value {
    let Some(schema) = resolve(api, schema).as_object().filter(|_| depth < DEEPEST) else { return json!(true) };
    let mut converted = Map::new();
    let inner = |value: &Value| part(api, value, manner, manner == Manner::Strict, depth + 1);
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "properties" => {
                let fields = value.as_object().unwrap();
                Value::Object(fields.iter().map(|(name, field)| (name.clone(), inner(field))).collect())
            }
            "items" | "not" => inner(value),
            "additionalProperties" if value.is_object() => inner(value),
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array().unwrap().iter().map(|value| part(api, value, manner, false, depth + 1)).collect()
            }
            "additionalProperties" if manner == Manner::Open => continue,
            "type"
            | "enum"
            | "required"
            | "minItems"
            | "maxItems"
            | "minLength"
            | "maxLength"
            | "minimum"
            | "maximum"
            | "pattern"
            | "uniqueItems"
            | "minProperties"
            | "maxProperties"
            | "additionalProperties" => value.clone(),
            // Words for people, examples, formats that GitHub does not hold to.
            _ => continue,
        };
        // Where unknown fields are taken, more than one of several schemas may fit.
        let keyword = if keyword == "oneOf" && manner == Manner::Open { "anyOf" } else { keyword };
        converted.insert(keyword.to_owned(), value);
    }
    let composed = ["allOf", "anyOf", "oneOf"].iter().any(|keyword| converted.contains_key(*keyword));
    let names_fields = converted.contains_key("properties") || composed;
    if closed && names_fields && !converted.contains_key("additionalProperties") {
        converted.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    if schema.get("nullable") == Some(&json!(true)) {
        return json!({ "anyOf": [converted, { "type": "null" }] });
    }
    Value::Object(converted)
}
