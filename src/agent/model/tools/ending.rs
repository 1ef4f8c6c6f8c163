//! `ask` and `submit`: the two ways in which the model itself ends its work.

use serde_json::{Value, json};

use super::{ASK, Arguments, SUBMIT, Tool};
use crate::agent::Report;
use crate::agent::redact::redact;
use crate::agent::transcript::Call;

pub fn ask_tool() -> Tool {
    Tool {
        name: ASK,
        description: "Asks the specification's author one question and ends the work until it is answered. For what the specification leaves \
                      unclear or contradicts, and neither the repository nor its guidance settles.",
        schema: json!({"type": "object", "properties": {
            "question": {"type": "string", "description": "Complete in itself: what is unclear, where, and what the possible answers would mean."}
        }, "required": ["question"]}),
    }
}

pub fn submit_tool() -> Tool {
    let list = |what: &str| json!({"type": "array", "items": {"type": "string"}, "description": what});
    Tool {
        name: SUBMIT,
        description: "Ends the work: everything the step asks for is done and was checked.",
        schema: json!({"type": "object", "properties": {
            "done": list("For each sentence of the step that asks for something: what was done, and where."),
            "tests": list("Tests that were added or changed."),
            "deviations": list("Where something was done otherwise than the specification says, and why. Empty if nowhere."),
            "suggestions": list("Improvements beyond the specification, for later. Nothing of this was built.")
        }, "required": ["done"]}),
    }
}

pub fn question(call: &Call) -> Result<String, String> {
    let tool = ask_tool();
    let arguments = Arguments::of(&tool, &call.arguments)?;
    let question = arguments.text("question").trim();
    if question.is_empty() { Err("the question is empty".to_owned()) } else { Ok(question.to_owned()) }
}

pub fn report(call: &Call) -> Result<Report, String> {
    Arguments::of(&submit_tool(), &call.arguments)?;
    let list = |name: &str| -> Vec<String> {
        let items = call.arguments.get(name).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        texts.map(|text| redact(text).into_owned()).collect()
    };
    let report = Report { done: list("done"), tests: list("tests"), deviations: list("deviations"), suggestions: list("suggestions") };
    if report.done.is_empty() {
        return Err("`done` is empty: say for each sentence of the step what was done and where".to_owned());
    }
    Ok(report)
}
