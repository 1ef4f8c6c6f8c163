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
            "criteria": list("What shows the numbered acceptance criteria that hold from now on, each as `number: name`, where the name is that of a \
                              test, a CI check or a command, to the letter. Only what exists."),
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
    let criteria = list("criteria").iter().filter_map(|text| bound(text)).collect();
    let report =
        Report { done: list("done"), tests: list("tests"), deviations: list("deviations"), suggestions: list("suggestions"), criteria };
    if report.done.is_empty() {
        return Err("`done` is empty: say for each sentence of the step what was done and where".to_owned());
    }
    Ok(report)
}

/// `2: greets_people`, with whatever brackets and quotes are around the two.
fn bound(text: &str) -> Option<(usize, String)> {
    let (number, name) = text.split_once(':')?;
    let number = number.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok().filter(|number| *number > 0)?;
    let name = name.trim().trim_matches(|c| matches!(c, '`' | '"' | '\'')).trim();
    (!name.is_empty()).then(|| (number, name.chars().take(200).collect()))
}
