//! What an implementer is told after its first submission: what was found amiss, and what was answered.

use super::briefing::Answered;
use super::fence::fenced;

/// The guards' findings, each a sentence of ours.
pub fn guarded(findings: &[String]) -> String {
    format!(
        "What you submitted cannot be taken as it is:\n{}\n\nMend this, keep the rest as it is, check, and submit again.",
        list(findings)
    )
}

/// The findings of a second reading.
pub fn differences(findings: &[String]) -> String {
    format!(
        "Somebody compared what you submitted with the step and found these differences. They may be wrong: look at each, mend what is really \
         different from the specification, leave the rest, check, and submit again.\n{}",
        list(findings)
    )
}

/// A verification command failed on what was submitted. Its output is data.
pub fn verification_failed(command: &str, ended: &str, output: &str) -> String {
    format!(
        "What you submitted was verified, and `{command}` {ended}. Find the cause and mend it in the code; do not touch what a check looks at so \
         that it passes. If it fails for a reason that has nothing to do with your change, say so as a deviation. Then submit again.\n\n{}",
        fenced(&format!("the output of {command}"), output.trim_end())
    )
}

/// Nothing was changed at all.
pub fn changed_nothing() -> String {
    "You submitted, and no file is different from how it was. If the step needs no change because everything it asks for is there already, \
     submit again and say where. Otherwise implement it now."
        .to_owned()
}

/// A person's answer to the question that ended the work.
pub fn answered(answer: &Answered) -> String {
    let Answered { question, answer, by } = answer;
    format!(
        "Your question was answered; the answer belongs to the specification. Go on with the step.\n\nQuestion: {}\nAnswer by {by}: {}",
        question.trim(),
        answer.as_data().trim()
    )
}

fn list(findings: &[String]) -> String {
    findings.iter().map(|finding| format!("- {finding}")).collect::<Vec<_>>().join("\n")
}
