//! The issue form and the template that ship with Journeyman, read back by the reader: so that they cannot drift apart.

use serde::Deserialize;

use super::*;

const FORM: &str = include_str!("../../../deploy/ISSUE_TEMPLATE/specification.yml");
const TEMPLATE: &str = include_str!("../../../deploy/ISSUE_TEMPLATE/specification.md");

#[derive(Deserialize)]
struct Form {
    name: String,
    description: String,
    #[serde(default)]
    labels: Vec<String>,
    body: Vec<Field>,
}

#[derive(Deserialize)]
struct Field {
    #[serde(rename = "type")]
    kind: String,
    attributes: Attributes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attributes {
    label: Option<String>,
    description: Option<String>,
    placeholder: Option<String>,
    value: Option<String>,
}

fn form() -> Form {
    serde_saphyr::from_str(FORM).unwrap()
}

/// The issue that GitHub makes of a form: a heading for each field that is asked for, and its text or `_No response_`.
fn issue(filled: impl Fn(&str) -> Option<String>) -> String {
    let form = form();
    let asked = form.body.iter().filter(|field| field.kind != "markdown");
    let fields = asked.map(|field| {
        let label = field.attributes.label.as_deref().unwrap();
        let said = filled(label).or_else(|| field.attributes.value.clone()).unwrap_or_else(|| "_No response_".into());
        format!("### {label}\n\n{}", said.trim_end())
    });
    fields.collect::<Vec<_>>().join("\n\n")
}

/// Every field as its placeholder shows it, but for those named.
fn as_shown(but: &'static [&'static str]) -> String {
    let form = form();
    issue(|label| {
        let field = form.body.iter().find(|field| field.attributes.label.as_deref() == Some(label)).unwrap();
        field.attributes.placeholder.clone().filter(|_| !but.contains(&label))
    })
}

#[test]
fn the_form_is_one_that_github_shows() {
    let form = form();
    assert!(!form.name.is_empty() && !form.description.is_empty());
    assert!(form.labels.is_empty(), "a label that starts a run is set by hand, when the text is complete");
    for field in &form.body {
        match field.kind.as_str() {
            "markdown" => assert!(field.attributes.value.is_some()),
            "textarea" | "input" => {
                assert!(
                    field.attributes.label.is_some() && field.attributes.description.is_some() && field.attributes.placeholder.is_some()
                );
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn what_the_form_shows_is_read_as_it_means() {
    let (spec, gaps) = read(&as_shown(&["Specification in the repository"]).replace('\n', "\r\n")).into_parts();
    let steps: Vec<_> = spec
        .steps
        .iter()
        .map(|step| {
            let edits = step.edits.iter().map(|edit| match &edit.change {
                Change::WholeFile { .. } => "whole file",
                Change::Diff { .. } => "diff",
                Change::SearchReplace { .. } => "search and replace",
                Change::Broken { .. } => "broken",
            });
            (
                step.number.as_str(),
                step.files.join(" "),
                edits.collect::<Vec<_>>().join(" "),
                step.verify.join(" "),
                step.depends_on.join(" "),
            )
        })
        .collect();
    let row = |number, file: &str, edit: &str, verify: &str, after: &str| (number, file.into(), edit.into(), verify.into(), after.into());
    assert_eq!(
        steps,
        [
            row("1", "lib/greeting.sh", "whole file", "sh -n lib/greeting.sh", ""),
            row("2", "bin/greet", "search and replace", "", ""),
            row("3", "README.md", "diff", "", "2"),
        ]
    );
    let criteria: Vec<_> = spec.acceptance_criteria.iter().map(|c| (c.text.as_str(), c.evidence.join(" "))).collect();
    assert_eq!(criteria, [("People are greeted by name (`test`)", "test".into()), ("Two names are refused", String::new())]);
    assert_eq!(spec.out_of_scope, ["Translations of the greeting"]);
    assert_eq!(gaps, []);
}

#[test]
fn fields_without_an_answer_say_nothing() {
    let (spec, gaps) = read(&issue(|_| None)).into_parts();
    assert_eq!((spec.steps.len(), spec.acceptance_criteria.len(), spec.out_of_scope.len()), (0, 0, 0));
    assert_eq!(gaps.iter().map(|gap| (gap.kind, gap.blocking)).collect::<Vec<_>>(), [(GapKind::NoSteps, true)]);
    let (spec, gaps) = read(&as_shown(&["Specification in the repository", "Acceptance criteria", "Out of scope"])).into_parts();
    assert_eq!((spec.steps.len(), spec.acceptance_criteria.len(), spec.out_of_scope.len()), (3, 0, 0));
    assert_eq!(gaps.iter().map(|gap| (gap.kind, gap.blocking)).collect::<Vec<_>>(), [(GapKind::NoAcceptanceCriteria, false)]);
}

#[test]
fn fields_are_read_however_people_write_in_them() {
    let numbered = issue(|label| match label {
        "Steps" => Some("1. Greet people by name in `bin/greet.sh`\n2. Say it in README.md\n".into()),
        "Acceptance criteria" => Some("People are greeted by name (`test`)\nand nobody is forgotten.\n\nTwo names are refused.".into()),
        "Out of scope" => Some("None".into()),
        _ => None,
    });
    let (spec, gaps) = read(&numbered).into_parts();
    assert_eq!(spec.steps.iter().map(|step| step.files.join(" ")).collect::<Vec<_>>(), ["bin/greet.sh", "README.md"]);
    let criteria: Vec<_> = spec.acceptance_criteria.iter().map(|c| c.text.as_str()).collect();
    assert_eq!(criteria, ["People are greeted by name (`test`) and nobody is forgotten.", "Two names are refused."]);
    assert_eq!((spec.out_of_scope, gaps), (Vec::new(), Vec::new()));
    for heading in
        ["### 1. A greeting\n\nIn `a.rs`.\n\n### 2. A farewell\n\nIn `b.rs`.", "#### 1. A greeting\n\nx\n\n#### 2. A farewell\n\nx"]
    {
        let (spec, _) = read(&issue(|label| (label == "Steps").then(|| heading.into()))).into_parts();
        assert_eq!(spec.steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>(), ["A greeting", "A farewell"], "{heading}");
    }
    let other = "### Implementation plan\n\n- [ ] Add `a.rs`\n- [x] Add `b.rs`\n\n### Not in scope\n\n_No response_\n\n### Definition of done\n\n- it works\n";
    let (spec, _) = read(other).into_parts();
    assert_eq!(spec.steps.iter().map(|step| step.done).collect::<Vec<_>>(), [false, true]);
    assert_eq!((spec.acceptance_criteria.len(), spec.out_of_scope.len()), (1, 0));
}

#[test]
fn a_template_that_nobody_filled_in_is_asked_about_and_not_built() {
    let (_, body) = TEMPLATE.trim_start_matches("---\n").split_once("---\n").unwrap();
    let (spec, gaps) = read(body).into_parts();
    assert_eq!(spec.steps.len(), 2);
    let blocking: Vec<_> = gaps.iter().filter(|gap| gap.blocking).map(|gap| gap.kind).collect();
    assert_eq!(blocking, [GapKind::Placeholder, GapKind::Placeholder, GapKind::Placeholder]);
    let bracketed = |line: &str| line.split_once('[').is_some_and(|(_, rest)| rest.starts_with(char::is_alphabetic));
    let filled = |line: &str| match line {
        "[Describe the change]" => "Add a farewell to `bin/greet`.".to_owned(),
        _ if line.starts_with("###") => line.replace("[describe this commit]", "Say goodbye"),
        _ if line.starts_with("- [ ] ") => "- [ ] It does (`test`)".to_owned(),
        _ if bracketed(line) => String::new(),
        _ => line.to_owned(),
    };
    let (spec, gaps) = read(&body.lines().map(filled).collect::<Vec<_>>().join("\n")).into_parts();
    assert_eq!(gaps, []);
    assert_eq!(spec.steps.iter().map(|step| step.title.as_str()).collect::<Vec<_>>(), ["Say goodbye", "Say goodbye"]);
    assert_eq!(spec.acceptance_criteria.first().map(|criterion| criterion.evidence.clone()), Some(vec!["test".into()]));
    assert_eq!(spec.out_of_scope, [""; 0]);
}
