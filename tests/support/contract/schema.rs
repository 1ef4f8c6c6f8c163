//! From OpenAPI 3.0 schemas to JSON Schema, made strict: a field that GitHub does not name is refused.

use serde_json::{Map, Value, json};

/// Follows `$ref` into the description.
pub fn resolve<'a>(api: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(name) = value.get("$ref").and_then(Value::as_str) {
        value = api.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("the description has no {name}"));
    }
    value
}

/// The schema with its references written out, `nullable` as JSON Schema says it, and no room for unknown fields.
/// Request bodies are not recursive.
pub fn strict(api: &Value, schema: &Value) -> Value {
    convert(api, schema, true)
}

/// `closed`: whether unknown fields are refused here. Within `allOf`, `anyOf`, `oneOf` that is for the schema around them.
fn convert(api: &Value, schema: &Value, closed: bool) -> Value {
    let Some(schema) = resolve(api, schema).as_object() else { return json!(true) };
    let mut converted = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "properties" => {
                let fields = value.as_object().unwrap();
                Value::Object(fields.iter().map(|(name, field)| (name.clone(), convert(api, field, true))).collect())
            }
            "items" | "not" => convert(api, value, true),
            "additionalProperties" if value.is_object() => convert(api, value, true),
            "allOf" | "anyOf" | "oneOf" => value.as_array().unwrap().iter().map(|part| convert(api, part, false)).collect(),
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
        converted.insert(keyword.clone(), value);
    }
    if schema.get("nullable") == Some(&json!(true)) {
        nullable(&mut converted);
    }
    let composed = ["allOf", "anyOf", "oneOf"].iter().any(|keyword| converted.contains_key(*keyword));
    let names_fields = converted.contains_key("properties") || composed;
    if closed && names_fields && !converted.contains_key("additionalProperties") {
        converted.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    Value::Object(converted)
}

fn nullable(schema: &mut Map<String, Value>) {
    if let Some(Value::String(name)) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([name, "null"]));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
}
