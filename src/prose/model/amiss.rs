//! What an implementer is told after its first submission: what was found amiss, what people said, what was answered.

use super::briefing::Answered;
use super::fence::fenced;
use crate::domain::{Login, Untrusted};

/// A reviewer's remark that is to be answered by a change.
#[derive(Debug, Clone)]
pub struct Remark {
    pub by: Login,
    /// The file it is about, if it is about one, and the line.
    pub path: Option<String>,
    pub line: Option<u64>,
    pub text: Untrusted,
}

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

/// Checks of the step's commit that failed, each with the end of its log.
pub fn checks_failed(checks: &[(String, Untrusted)]) -> String {
    let one = |(name, log): &(String, Untrusted)| fenced(&format!("the check {name}"), log.as_data().trim_end());
    format!(
        "Your step was committed, and these checks failed that pass without it. Find the cause in what the step changed and mend it there; do not \
         touch what a check looks at so that it passes.\n\n{}",
        checks.iter().map(one).collect::<Vec<_>>().join("\n\n")
    )
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

/// Reviewers' remarks on what was built. Only who may write to the repository is passed on.
pub fn remarks(remarks: &[Remark]) -> String {
    let one = |remark: &Remark| {
        let line = remark.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let place = remark.path.as_ref().map(|path| format!(" on `{path}`{line}")).unwrap_or_default();
        format!("{}{place}:\n{}", remark.by, remark.text.as_data().trim())
    };
    format!(
        "Reviewers want these changes to what was built. Do what they ask for and nothing beyond it. Where a remark contradicts the specification, \
         or asks for something that you cannot be sure of, end your work with a question.\n\n{}",
        remarks.iter().map(one).collect::<Vec<_>>().join("\n\n")
    )
}

fn list(findings: &[String]) -> String {
    findings.iter().map(|finding| format!("- {finding}")).collect::<Vec<_>>().join("\n")
}
