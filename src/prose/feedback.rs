//! What an implementer is told when its work comes back to it.

use super::text::plain;

/// Guards stop what was submitted. Each finding names file, line and rule.
pub fn stopped_by_guards(findings: &[String]) -> String {
    format!(
        "Your change was checked by rules that nobody can switch off, and it cannot be committed as it is:\n\n{}\n\
         Mend each of these within the specification, and submit again. If the specification itself demands what is refused here, call `ask`.",
        listed(findings)
    )
}

/// A verification command failed on what was submitted. `output` is its own, as data.
pub fn verification_failed(command: &str, ended: &str, output: &str) -> String {
    format!(
        "Your change was verified, and this failed:\n\n`{command}` {ended}\n\n{}\n\
         Find the cause and mend it in the code, not by weakening the test. Then submit again. If it fails for a reason that has nothing to do \
         with your change, say so in the report's deviations.",
        fenced(output)
    )
}

/// A second reader compared the change with the step.
pub fn read_again(findings: &[String]) -> String {
    format!(
        "A second reader compared your change with the step, sentence by sentence:\n\n{}\n\
         Where it is right, mend the change; where it is wrong, leave the change as it is and say why in the report's deviations. \
         Then submit again.",
        listed(findings)
    )
}

/// Nothing was changed at all.
pub fn changed_nothing() -> &'static str {
    "You submitted, and no file is different from how it was. If the step needs no change because everything it asks for is there already, \
     submit again and say in the report where. Otherwise implement it now."
}

/// The answer to a question that the implementer asked.
pub fn answered(by: &str, text: &str) -> String {
    format!("{by}, who may decide this, answers your question:\n\n{}\nGo on with the step.", fenced(text))
}

fn listed(findings: &[String]) -> String {
    findings.iter().map(|finding| format!("- {}\n", plain(finding, 1000))).collect()
}

/// Text as data, in a fence that is longer than any within it.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}
