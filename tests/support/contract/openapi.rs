//! REST: the path with its parameters, the query, the body.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::schema::{Manner, convert, resolve};

pub struct Rest {
    api: Value,
    routes: Vec<Route>,
    /// Compiled schemas, by what they describe.
    compiled: Mutex<HashMap<String, Arc<jsonschema::Validator>>>,
}

struct Route {
    template: String,
    segments: Vec<Segment>,
}

/// Path parameters with their decoded values.
type Values = Vec<(String, String)>;

enum Segment {
    Literal(String),
    One(String),
    /// `x-multi-segment`: takes slashes.
    Many(String),
}

impl Rest {
    pub fn read(api: Value) -> Self {
        let paths = api["paths"].as_object().unwrap();
        // Two parameters in one segment: GitHub describes the same path once more with one, `{basehead}`.
        let single = |template: &&String| !template.contains("}...{");
        let routes =
            paths.iter().filter(|(template, _)| single(template)).map(|(template, item)| Route::new(&api, template, item)).collect();
        Self { routes, api, compiled: Mutex::default() }
    }

    pub fn api(&self) -> &Value {
        &self.api
    }

    pub fn check(&self, method: &str, target: &str, body: Option<&Value>) -> Result<(), String> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (template, values, operation) = self.operation(method, path)?;
        let parameters = self.parameters(template, operation);
        for (name, value) in values {
            let parameter = parameters.iter().find(|p| p["in"] == "path" && p["name"] == name.as_str());
            let schema = &parameter.ok_or(format!("{template} does not describe {name}"))?["schema"];
            self.typed(schema, &value).map_err(|why| format!("path parameter {name}: {why}"))?;
        }
        self.check_query(&parameters, query)?;
        self.check_body(method, template, operation, body)
    }

    pub fn example(&self, method: &str, target: &str) -> Option<(u16, Value)> {
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        let (_, _, operation) = self.operation(method, path).ok()?;
        let mut answers: Vec<_> = operation["responses"].as_object()?.iter().filter(|(code, _)| code.starts_with('2')).collect();
        answers.sort_by_key(|(code, _)| *code);
        let (code, answer) = answers.pop()?;
        let examples = &resolve(&self.api, answer)["content"]["application/json"]["examples"];
        let first = examples.as_object().and_then(|examples| examples.values().next());
        let value = first.map(|example| {
            let value = &resolve(&self.api, example)["value"];
            // Some values are references to a whole example once more.
            if value.get("$ref").is_some() { resolve(&self.api, value)["value"].clone() } else { value.clone() }
        });
        Some((code.parse().ok()?, value.unwrap_or(Value::Null)))
    }

    /// The operation with the most literal segments among those that fit: its template, the path's values, itself.
    fn operation(&self, method: &str, path: &str) -> Result<(&str, Values, &Value), String> {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let fitting = self.routes.iter().filter_map(|route| Some((route, fit(&route.segments, &parts)?)));
        let literals = |route: &Route| route.segments.iter().filter(|s| matches!(s, Segment::Literal(_))).count();
        let (route, values) = fitting.max_by_key(|(route, _)| literals(route)).ok_or("GitHub documents no such path")?;
        let operation = &self.api["paths"][&route.template][method.to_ascii_lowercase()];
        if operation.is_null() {
            return Err(format!("GitHub documents no such method for {}", route.template));
        }
        Ok((&route.template, values, operation))
    }

    /// Those of the operation, and those that all methods of the path share.
    fn parameters<'a>(&'a self, template: &str, operation: &'a Value) -> Vec<&'a Value> {
        let holders = [&self.api["paths"][template], operation];
        let listed = holders.into_iter().filter_map(|holder| holder["parameters"].as_array()).flatten();
        listed.map(|parameter| resolve(&self.api, parameter)).collect()
    }

    fn check_query(&self, parameters: &[&Value], query: &str) -> Result<(), String> {
        let mut seen = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let parameter = parameters.iter().find(|p| p["in"] == "query" && p["name"] == name);
            let parameter = parameter.ok_or(format!("GitHub documents no query parameter {name}"))?;
            let value = percent_decode_str(value).decode_utf8().map_err(|e| format!("query parameter {name}: {e}"))?;
            self.typed(&parameter["schema"], &value).map_err(|why| format!("query parameter {name}: {why}"))?;
            if seen.contains(&name) {
                return Err(format!("query parameter {name} stands twice"));
            }
            seen.push(name);
        }
        let missing =
            parameters.iter().find(|p| p["in"] == "query" && p["required"] == true && !seen.iter().any(|name| p["name"] == *name));
        missing.map_or(Ok(()), |p| Err(format!("query parameter {} is missing", p["name"])))
    }

    /// A text as a value of a simple schema.
    fn typed(&self, schema: &Value, text: &str) -> Result<(), String> {
        let schema = resolve(&self.api, schema);
        let value = match schema["type"].as_str() {
            Some("integer") => text.parse::<i64>().map(Value::from).map_err(|_| format!("{text:?} is not an integer"))?,
            Some("boolean") => text.parse::<bool>().map(Value::from).map_err(|_| format!("{text:?} is not a boolean"))?,
            _ => Value::from(text),
        };
        match schema["enum"].as_array() {
            Some(allowed) if !allowed.contains(&value) => Err(format!("{text:?} is none of {}", schema["enum"])),
            _ => Ok(()),
        }
    }

    fn check_body(&self, method: &str, template: &str, operation: &Value, body: Option<&Value>) -> Result<(), String> {
        let described = resolve(&self.api, &operation["requestBody"]);
        let schema = &described["content"]["application/json"]["schema"];
        let Some(body) = body else {
            return if described["required"] == true { Err("the body is missing".to_owned()) } else { Ok(()) };
        };
        if schema.is_null() {
            return Err("GitHub documents no JSON body here".to_owned());
        }
        self.hold(&format!("{method} {template}"), schema, Manner::Strict, body)
    }

    /// Whether an answer is as GitHub describes it; fields beyond the description are GitHub's to add. Refusals are
    /// held to it where GitHub describes them.
    pub fn check_answer(&self, method: &str, target: &str, status: u16, body: Option<&Value>) -> Result<(), String> {
        let (template, _, operation) = self.operation(method, target.split_once('?').map_or(target, |(path, _)| path))?;
        let answer = &operation["responses"][status.to_string()];
        if answer.is_null() {
            return if status < 400 { Err(format!("GitHub documents no answer {status} of {template}")) } else { Ok(()) };
        }
        let schema = &resolve(&self.api, answer)["content"]["application/json"]["schema"];
        match body {
            Some(body) if !schema.is_null() => self.hold(&format!("{method} {template} {status}"), schema, Manner::Open, body),
            None if !schema.is_null() && status < 400 => Err("the answer has no body".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether a webhook's payload is as GitHub describes it for this event and action.
    pub fn check_webhook(&self, event: &str, payload: &Value) -> Result<(), String> {
        let action = payload["action"].as_str().map(|action| format!("-{action}")).unwrap_or_default();
        let name = format!("{event}{action}").replace('_', "-");
        let webhook = &self.api["x-webhooks"][&name]["post"];
        if webhook.is_null() {
            return Err(format!("GitHub documents no webhook {name}"));
        }
        self.hold(&name, &webhook["requestBody"]["content"]["application/json"]["schema"], Manner::Open, payload)
    }

    fn hold(&self, what: &str, schema: &Value, manner: Manner, value: &Value) -> Result<(), String> {
        let known = self.compiled.lock().unwrap().get(what).cloned();
        let validator = match known {
            Some(validator) => validator,
            None => {
                let compiled = jsonschema::draft202012::new(&convert(&self.api, schema, manner)).map_err(|e| e.to_string())?;
                let compiled = Arc::new(compiled);
                self.compiled.lock().unwrap().insert(what.to_owned(), compiled.clone());
                compiled
            }
        };
        let told = |e: jsonschema::ValidationError<'_>| {
            let found: String = e.to_string().chars().take(300).collect();
            format!("{found} at {:?}", e.instance_path().to_string())
        };
        let wrong: Vec<String> = validator.iter_errors(value).map(told).collect();
        if wrong.is_empty() { Ok(()) } else { Err(format!("not as GitHub describes it: {}", wrong.join("; "))) }
    }
}

impl Route {
    fn new(api: &Value, template: &str, item: &Value) -> Self {
        let operations = item.as_object().into_iter().flat_map(|item| item.values());
        let many: Vec<&str> = operations
            .flat_map(|operation| operation["parameters"].as_array().into_iter().flatten())
            .map(|parameter| resolve(api, parameter))
            .filter(|parameter| parameter["x-multi-segment"] == true)
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let segment = |part: &str| match part.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if many.contains(&name) => Segment::Many(name.to_owned()),
            Some(name) => Segment::One(name.to_owned()),
            None => Segment::Literal(part.to_owned()),
        };
        let segments = template.trim_start_matches('/').split('/').map(segment).collect();
        Self { template: template.to_owned(), segments }
    }
}

/// The parameters' decoded values when the path fits.
fn fit(segments: &[Segment], parts: &[&str]) -> Option<Values> {
    let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
    let Some((segment, later)) = segments.split_first() else { return parts.is_empty().then(Vec::new) };
    let named = |name: &str, taken: usize| {
        let value = decoded(&parts.get(..taken)?.join("/"));
        let mut values = fit(later, parts.get(taken..)?)?;
        values.insert(0, (name.to_owned(), value));
        Some(values)
    };
    match segment {
        Segment::Literal(text) => (parts.first()? == text).then(|| fit(later, &parts[1..]))?,
        Segment::One(name) => parts.first().filter(|part| !part.is_empty()).and_then(|_| named(name, 1)),
        Segment::Many(name) => (1..=parts.len()).find_map(|taken| named(name, taken)),
    }
}
