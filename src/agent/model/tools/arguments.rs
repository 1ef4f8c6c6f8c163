//! The arguments of a call, checked against the tool's schema. What is wrong is said with what would be right.

use serde_json::{Map, Value};

use crate::agent::model::chat::Tool;

pub struct Arguments<'a> {
    fields: &'a Map<String, Value>,
}

impl<'a> Arguments<'a> {
    pub fn of(tool: &Tool, arguments: &'a Value) -> Result<Self, String> {
        let shape = || format!("`{}` takes {}", tool.name, in_words(tool));
        let fields = match arguments {
            Value::Object(fields) => fields,
            Value::String(text) => {
                let error = serde_json::from_str::<Value>(text).err();
                let early = error.as_ref().is_some_and(serde_json::Error::is_eof);
                let hint = if early { " They end early: if the answer became too long, make smaller calls." } else { "" };
                let fault = error.map(|error| format!(": {error}")).unwrap_or_default();
                return Err(format!("the arguments are no JSON object{fault}.{hint} {}", shape()));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {
                return Err(format!("the arguments are no JSON object. {}", shape()));
            }
        };
        for name in required(tool) {
            if !fields.contains_key(name) {
                return Err(format!("the argument `{name}` is missing. {}", shape()));
            }
        }
        for (name, value) in fields {
            let Some(wanted) = tool.schema.pointer(&format!("/properties/{name}/type")).and_then(Value::as_str) else {
                return Err(format!("there is no argument `{}`. {}", name.chars().take(60).collect::<String>(), shape()));
            };
            if !fits(value, wanted) {
                return Err(format!("the argument `{name}` must be {}. {}", kind(wanted), shape()));
            }
        }
        Ok(Self { fields })
    }

    /// A text; empty where it was not given.
    pub fn text(&self, name: &str) -> &'a str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.fields.get(name).and_then(Value::as_u64)
    }
}

fn required(tool: &Tool) -> Vec<&str> {
    let names = tool.schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn fits(value: &Value, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_null(),
        "array" => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        _ => true,
    }
}

fn kind(wanted: &str) -> &'static str {
    match wanted {
        "string" => "a text",
        "integer" => "a whole number",
        _ => "a list of texts",
    }
}

fn in_words(tool: &Tool) -> String {
    let required = required(tool);
    let properties = tool.schema.get("properties").and_then(Value::as_object);
    let one = |(name, schema): (&String, &Value)| {
        let kind = kind(schema.get("type").and_then(Value::as_str).unwrap_or_default());
        let may = if required.contains(&name.as_str()) { "" } else { ", if you want" };
        format!("`{name}` ({kind}{may})")
    };
    properties.into_iter().flatten().map(one).collect::<Vec<_>>().join(", ")
}
