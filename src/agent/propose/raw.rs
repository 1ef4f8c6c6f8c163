//! A proposal as the model wrote it: read, and nothing of it believed.

use serde::Deserialize;
use serde_json::Value;

use super::super::model::inquiry::fields;
use super::super::transcript::Call;

/// Faults of the form that are told at once, and characters of each.
const FAULT: usize = 300;

pub struct Raw {
    pub steps: Vec<RawStep>,
    pub questions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStep {
    pub title: String,
    #[serde(default)]
    pub files: Vec<RawFile>,
    pub words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFile {
    pub path: String,
    #[serde(default)]
    pub new: bool,
}

/// The proposal of a call, or what is wrong with its form, each a sentence.
pub fn read(call: &Call) -> Result<Raw, Vec<String>> {
    let mut fields = fields(call).map_err(|why| vec![why])?;
    let Some(Value::Array(steps)) = fields.remove("steps") else {
        return Err(vec!["`steps` is no list: it takes objects of `title`, `files` and `words`".to_owned()]);
    };
    let questions = match fields.remove("questions") {
        None | Some(Value::Null) => Vec::new(),
        Some(value) => serde_json::from_value(value).map_err(|_| vec!["`questions` is no list of texts".to_owned()])?,
    };
    let (mut read, mut faults) = (Vec::new(), Vec::new());
    for (at, step) in steps.into_iter().enumerate() {
        match serde_json::from_value(step) {
            Ok(step) => read.push(step),
            Err(error) => {
                let error: String = error.to_string().chars().take(FAULT).collect();
                faults.push(format!(
                    "step {} cannot be read ({error}): it takes `title` (a text), `files` (a list of objects with `path` and, for a file that it makes, \
                     `new`) and `words` (a list of texts)",
                    at + 1
                ));
            }
        }
    }
    if faults.is_empty() { Ok(Raw { steps: read, questions }) } else { Err(faults) }
}
