//! The reader and the schema say the same of a file, so that no editor is content with what stops a run.

use super::*;

/// The document as another library reads it, as an editor would hand it to the schema.
fn as_editors_see_it(text: &str) -> serde_json::Value {
    let options = serde_saphyr::options! { strict_booleans: true };
    serde_saphyr::from_str_with_options(text, options).unwrap_or_else(|error| panic!("{text}: {error}"))
}

const GOOD: &[&str] = &[
    "{}",
    "label: implement",
    "label: 'good first build: ü'",
    "label: yes",
    "steer: []",
    "steer: [ada, Ada-L, octo_corp]",
    "steer:\n- 'renovate[bot]'\n- ada\n",
    "base: main",
    "base: release/2.x",
    "base: größe",
    "branch: '{issue}'",
    "branch: bot/{issue}-{title}",
    "branch: 'JIRA-{issue}_{title}'",
    "commit: plain",
    "commit: conventional",
    "checks: [build]",
    "checks: ['test (*)', 'ci/**', 'v[0-9]', '{a,b}', 'x \\[y\\]']",
    "approve_plan: true",
    "approve_plan: False",
    "implementer: model",
    "implementer: acp",
    "model: ollama:qwen3:8b",
    "setup: [npm ci, \"pip install -r requirements.txt\"]",
    "verify:\n- |\n  a\n  b\n",
    "protected: ['/infra/**', '*.tf', .github/workflows/deploy.yml]",
    "budget: {}",
    "budget: {step: {turns: 1}, run: {tokens: 1000000000000}}",
    "budget: {step: {turns: 30.0, minutes: 1e3}}",
    "budget: {run: {dollars: 0}}",
    "budget: {run: {dollars: 2.5, minutes: 1000000}}",
];

const BAD: &[&str] = &[
    "[]",
    "text",
    "12",
    "labels: x",
    "Label: x",
    "1: x",
    "label:",
    "label: ''",
    "label: ' x'",
    "label: 12",
    "label: true",
    "label: [x]",
    "label: 'a234567890123456789012345678901234567890123456789012'",
    "label: \"a\\nb\"",
    "steer: ada",
    "steer: {ada: true}",
    "steer: [a/b]",
    "steer: ['@ada']",
    "steer: [Ghost]",
    "steer: [null]",
    "steer: [7]",
    "base: a..b",
    "base: refs/heads/main",
    "base: 'a b'",
    "base: x.lock",
    "base: HEAD",
    "branch: feature/{title}",
    "branch: '{issue}{number}'",
    "branch: '{issue}/{issue}'",
    "branch: '{issue}.{title}'",
    "branch: '/{issue}'",
    "branch: 'a b {issue}'",
    "branch: 'a branch whose name is much too long to be shown whole in a sentence about it'",
    "a-key-that-nobody-ever-thought-of-and-that-is-longer-than-anybody-would-write: 1",
    "commit: Conventional",
    "commit: true",
    "checks: 'test*'",
    "checks: ['[']",
    "checks: ['a name of a check that goes on and on and never ends, and then there is a [']",
    "checks: ['[z-a]']",
    "checks: ['']",
    "approve_plan: yes",
    "approve_plan: 'true'",
    "approve_plan: 1",
    "implementer: verbatim",
    "model: claude",
    "model: 'a: b'",
    "setup: npm ci",
    "setup: ['  ']",
    "verify: [[npm test]]",
    "verify:\n- name: x\n",
    "protected: [../x]",
    "protected: ['a/path/that/is/long/and/longer/than/sixty/characters/and/ends/in/a/bracket/[']",
    "protected: ['{a']",
    "budget: 12",
    "budget: {day: {dollars: 1}}",
    "budget: {step: {turns: 0}}",
    "budget: {step: {turns: 1.5}}",
    "budget: {step: {turns: '3'}}",
    "budget: {step: {tokens: 1000000000001}}",
    "budget: {step: {seconds: 3}}",
    "budget: {run: {dollars: -1}}",
    "budget: {run: {dollars: $5}}",
    "budget: {run: {dollars: 1000000.5}}",
    "budget: {run:}",
];

#[test]
fn reader_and_schema_agree() {
    let schema = jsonschema::draft7::new(&schema()).unwrap();
    let mut wrong = Vec::new();
    for (texts, good) in [(GOOD, true), (BAD, false)] {
        for text in texts {
            let read = RepositorySettings::read(text);
            // Longer sentences would be cut in a comment.
            for problem in read.as_ref().err().into_iter().flatten() {
                assert!(problem.what.split(". ").all(|sentence| sentence.chars().count() <= 200), "{}", problem.what);
            }
            let (reader, schema) = (read.is_ok(), schema.is_valid(&as_editors_see_it(text)));
            if (reader, schema) != (good, good) {
                wrong.push(format!("{text:?}: expected {good}, the reader says {reader}, the schema {schema}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_whole_example_is_good_to_both() {
    let schema = jsonschema::draft7::new(&schema()).unwrap();
    assert!(schema.is_valid(&as_editors_see_it(&example())));
    let long = format!("verify: [{}]", vec!["x"; judge::MOST_ITEMS + 1].join(", "));
    assert!(RepositorySettings::read(&long).is_err() && !schema.is_valid(&as_editors_see_it(&long)));
}
