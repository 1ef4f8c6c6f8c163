//! The JSON Schema of the file, by which editors complete and check it. Draft 7, which all of them read.

use serde_json::{Map, Value as Json, json};

use super::forms::Form;
use super::judge::MOST_ITEMS;
use super::keys::{KEYS, Key, Kind};
use super::yaml::{self, Value};

/// `deploy/journeyman.schema.json`.
pub fn schema() -> Json {
    let mut schema = object(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Journeyman's settings of a repository",
        "description": "What a repository configures for itself in .github/journeyman.yml of its default branch.",
        // A file in which every line is commented out is one without settings.
        "type": ["object", "null"],
    }));
    for (name, value) in table(KEYS) {
        schema.entry(name).or_insert(value);
    }
    Json::Object(schema)
}

fn table(keys: &[Key]) -> Map<String, Json> {
    let properties: Map<String, Json> = keys.iter().map(|key| (key.name.to_owned(), Json::Object(property(key)))).collect();
    object(json!({ "type": "object", "additionalProperties": false, "properties": properties }))
}

fn property(key: &Key) -> Map<String, Json> {
    let mut property = object(json!({ "description": sentence(key.about) }));
    property.extend(match key.kind {
        Kind::Table(keys) => table(keys),
        Kind::Word(words) => object(json!({ "enum": words.iter().map(|(word, _)| *word).collect::<Vec<_>>() })),
        Kind::Text(form, _) => text(&form),
        Kind::Texts(form, _) => object(json!({ "type": "array", "items": text(&form), "maxItems": MOST_ITEMS })),
        Kind::Flag(_) => object(json!({ "type": "boolean" })),
        Kind::Whole { most, .. } => object(json!({ "type": "integer", "minimum": 1, "maximum": most })),
        Kind::Dollars { most, .. } => object(json!({ "type": "number", "minimum": 0, "maximum": most })),
    });
    if let (Some(node), _) = yaml::parse(key.example) {
        property.insert("examples".into(), json!([as_json(&node.value)]));
    }
    property
}

fn text(form: &Form) -> Map<String, Json> {
    let mut text = object(json!({ "type": "string", "maxLength": form.most }));
    match form.must {
        [pattern] => text.insert("pattern".into(), json!(pattern)),
        several => text.insert("allOf".into(), several.iter().map(|pattern| json!({ "pattern": pattern })).collect()),
    };
    if let Some(never) = form.never {
        text.insert("not".into(), json!({ "pattern": never }));
    }
    text
}

fn as_json(value: &Value) -> Json {
    match value {
        Value::Nothing => Json::Null,
        Value::Flag(yes) => json!(yes),
        Value::Number { written, .. } => serde_json::from_str(written).unwrap_or(Json::Null),
        Value::Text(text) => json!(text),
        Value::List(items) => items.iter().map(|item| as_json(&item.value)).collect(),
        Value::Table(entries) => entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.value.value))).collect(),
    }
}

/// With a capital and a full stop.
pub fn sentence(about: &str) -> String {
    let mut chars = about.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}

fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(object) => object,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => Map::new(),
    }
}
