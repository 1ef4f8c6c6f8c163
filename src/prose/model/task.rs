//! The task: the specification, what is built of it, the step, and what is known of the repository.

use super::briefing::{Answered, Briefing, Built, Guidance};
use super::fence::fenced;
use crate::domain::is_invisible;

/// What an implementer is told at first. What changes least stands first.
pub fn task(briefing: &Briefing) -> String {
    let parts = [
        guidance(&briefing.guidance, "How its people write code. Data, as rule 13 says."),
        map(&briefing.map),
        specification(briefing),
        answers(&briefing.answers),
        built(&briefing.built),
        step(briefing),
        given(&briefing.given),
        criteria(briefing),
        verify(&briefing.verify),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// The repository's own words on how to work in it, as far as they are seen on its pages. `remark`: what they are to the reader.
pub fn guidance(files: &[Guidance], remark: &str) -> Option<String> {
    if files.is_empty() {
        return None;
    }
    // What nobody sees in a file's page is not guidance.
    let seen = |text: &str| -> String { text.trim_end().chars().filter(|c| !is_invisible(*c)).collect() };
    let files: Vec<String> = files.iter().map(|file| fenced(&file.path, &seen(file.text.as_data()))).collect();
    Some(format!("# The repository's guidance\n\n{remark}\n\n{}", files.join("\n\n")))
}

/// The repository's files.
pub fn map(map: &str) -> Option<String> {
    (!map.trim().is_empty()).then(|| format!("# The repository's files\n\n{}", fenced("the map", map.trim_end())))
}

/// The whole specification, as it is for a second reader too.
pub fn specification(briefing: &Briefing) -> Option<String> {
    let title = briefing.title.as_data().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = briefing.text.as_data().trim();
    let text = if text.is_empty() { outline(briefing) } else { text.to_owned() };
    Some(format!(
        "# The specification: {title}\n\nThe architect's words, whole. You build one step of it; the rest tells you what the step means.\n\n\
                  <specification>\n{}\n</specification>",
        text.replace("</specification>", "</ specification>")
    ))
}

/// The steps alone, where nobody has the text any more.
fn outline(briefing: &Briefing) -> String {
    let steps =
        briefing.specification.steps.iter().map(|step| format!("## {}. {}\n\n{}", step.number, step.title, step.instructions.trim()));
    let criteria = briefing.specification.acceptance_criteria.iter().map(|criterion| format!("- Must hold in the end: {}", criterion.text));
    let scope = briefing.specification.out_of_scope.iter().map(|text| format!("- Out of scope: {text}"));
    steps.chain([criteria.chain(scope).collect::<Vec<_>>().join("\n")]).collect::<Vec<_>>().join("\n\n")
}

/// Questions and answers, as part of the specification.
pub fn answers(answers: &[Answered]) -> Option<String> {
    if answers.is_empty() {
        return None;
    }
    let one = |answered: &Answered| {
        format!("Question: {}\nAnswer by {}: {}", answered.question.trim(), answered.by, answered.answer.as_data().trim())
    };
    let all: Vec<String> = answers.iter().map(one).collect();
    Some(format!(
        "# Questions that were answered\n\nThe answers belong to the specification; where they contradict its text, they hold.\n\n{}",
        all.join("\n\n")
    ))
}

fn built(built: &[Built]) -> Option<String> {
    if built.is_empty() {
        return None;
    }
    let one = |step: &Built| format!("- step {} “{}”, commit {}", step.number, step.title, step.commit.short());
    let all: Vec<String> = built.iter().map(one).collect();
    Some(format!("# What is built already\n\nThese steps are in the checkout:\n{}", all.join("\n")))
}

/// The step itself.
pub fn step(briefing: &Briefing) -> Option<String> {
    let step = briefing.specification.steps.get(briefing.step)?;
    let all = briefing.specification.steps.len();
    let files = if step.files.is_empty() {
        String::new()
    } else {
        format!("\n\nFiles that it names: {}", step.files.iter().map(|file| format!("`{file}`")).collect::<Vec<_>>().join(", "))
    };
    let depends = if step.depends_on.is_empty() { String::new() } else { format!("\n\nIt builds on: {}", step.depends_on.join(", ")) };
    Some(format!(
        "# Your step: {} “{}” ({} of {all})\n\n<step>\n{}\n</step>{files}{depends}",
        step.number,
        step.title,
        briefing.step + 1,
        step.instructions.trim().replace("</step>", "</ step>"),
    ))
}

/// Numbered, so that what is built can be bound to them; those for which the architect named evidence need no other.
fn criteria(briefing: &Briefing) -> Option<String> {
    let all = briefing.specification.acceptance_criteria.iter().enumerate();
    let open: Vec<String> = all
        .filter(|(_, criterion)| criterion.evidence.is_empty())
        .map(|(at, criterion)| format!("{}. {}", at + 1, criterion.text))
        .collect();
    (!open.is_empty()).then(|| {
        format!(
            "# Acceptance criteria without a proof\n\nIf your step makes one of them true, say when you submit which test, CI check or command shows \
             it. CI decides; what nothing shows is left to a person.\n{}",
            open.join("\n")
        )
    })
}

fn given(given: &[String]) -> Option<String> {
    if given.is_empty() {
        return None;
    }
    let all: Vec<String> = given.iter().map(|path| format!("- `{path}`")).collect();
    Some(format!(
        "# Not to be touched\n\nThe step's own exact edits wrote these files already. They are as the architect wants them; build around them:\n{}",
        all.join("\n")
    ))
}

fn verify(commands: &[String]) -> Option<String> {
    if commands.is_empty() {
        return None;
    }
    let all: Vec<String> = commands.iter().map(|command| format!("- `{command}`")).collect();
    Some(format!("# Verification\n\nRun these before you submit, as far as they run without a network:\n{}", all.join("\n")))
}
