//! Simple workflow files: the `run:` steps of each job of `.github/workflows/*.yml`.
//!
//! Pushes and pull requests start them, as `on:` says. `uses:` steps are passed over (the checkout is there already), conditions and matrices are not evaluated, and `${{ … }}` is
//! left as it stands. A job named by `name:` bears that name, else its id.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::super::error::Error;
use super::super::git::{Git, Kind, Object};
use super::{Plan, Planned, Step, Triggers};

#[derive(Deserialize)]
struct File {
    name: Option<String>,
    #[serde(default)]
    on: Value,
    #[serde(default)]
    env: BTreeMap<String, Value>,
    #[serde(default)]
    jobs: BTreeMap<String, JobText>,
}

#[derive(Deserialize)]
struct JobText {
    name: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, Value>,
    #[serde(default)]
    steps: Vec<StepText>,
}

#[derive(Deserialize)]
struct StepText {
    name: Option<String>,
    run: Option<String>,
    #[serde(default)]
    env: BTreeMap<String, Value>,
    #[serde(rename = "working-directory")]
    directory: Option<String>,
}

/// The workflow files of a commit with their jobs. A file that is not readable is one job that fails and says why.
pub(super) fn of_commit(git: &mut Git, sha: &str) -> Result<Vec<Planned>, Error> {
    let Some(commit) = git.commit(sha)? else { return Ok(Vec::new()) };
    let Some(folder) = git.entry_at(&commit.tree, ".github/workflows")? else { return Ok(Vec::new()) };
    let mut plans = Vec::new();
    for entry in git.tree(&folder.sha)?.unwrap_or_default() {
        let name = entry.path();
        if !name.ends_with(".yml") && !name.ends_with(".yaml") {
            continue;
        }
        if let Some(Object { kind: Kind::Blob, bytes }) = git.object(&entry.sha)? {
            plans.push(read(&name, &String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(plans)
}

fn read(file: &str, text: &str) -> Planned {
    let path = format!(".github/workflows/{file}");
    let (name, on, jobs) = match serde_saphyr::from_str::<File>(text) {
        Ok(file) => (file.name, triggers(&file.on), file.jobs.into_iter().filter_map(|(id, job)| plan(&file.env, id, job)).collect()),
        Err(error) => {
            let why = format!("Invalid workflow file: {path}: {error}").replace('\'', "’");
            let step = Step { name: "Set up job".into(), command: format!("printf '%s\\n' '{why}'; exit 1"), ..Step::default() };
            (None, Triggers::push(), vec![Plan { name: file.to_owned(), steps: vec![step] }])
        }
    };
    Planned { name: name.unwrap_or_else(|| path.clone()), path, on, jobs }
}

/// `on:` as a word, a list or a table. Of filters only the names of branches are known, without patterns.
fn triggers(on: &Value) -> Triggers {
    let (names, branches) = match on {
        Value::String(name) => (vec![name.as_str()], Vec::new()),
        Value::Array(names) => (names.iter().filter_map(Value::as_str).collect(), Vec::new()),
        Value::Object(table) => {
            let branches = on.pointer("/push/branches").and_then(Value::as_array).cloned().unwrap_or_default();
            (table.keys().map(String::as_str).collect(), branches.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => (Vec::new(), Vec::new()),
    };
    Triggers { push: names.contains(&"push").then_some(branches), pull_request: names.contains(&"pull_request") }
}

fn plan(outer: &BTreeMap<String, Value>, id: String, job: JobText) -> Option<Plan> {
    let environment = |step: &BTreeMap<String, Value>| {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let all = outer.iter().chain(&job.env).chain(step);
        all.map(|(name, value)| (name.clone(), text(value))).collect::<Vec<_>>()
    };
    let steps: Vec<Step> = job
        .steps
        .iter()
        .filter_map(|step| {
            let command = step.run.clone()?;
            let name = step.name.clone().unwrap_or_else(|| format!("Run {}", command.lines().next().unwrap_or_default()));
            Some(Step { name, command, environment: environment(&step.env), directory: step.directory.clone() })
        })
        .collect();
    (!steps.is_empty()).then(|| Plan { name: job.name.unwrap_or(id), steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_run_steps_of_each_job_are_read() {
        let text = "name: CI\non: [push, pull_request]\nenv:\n  A: 1\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - name: Tests\n        run: |\n          make\n          make test\n        env: { B: two }\n  lint:\n    name: Lint all\n    runs-on: ubuntu-latest\n    steps:\n      - run: ./lint.sh\n        working-directory: tools\n";
        let workflow = read("ci.yml", text);
        assert_eq!((workflow.name.as_str(), workflow.path.as_str()), ("CI", ".github/workflows/ci.yml"));
        let plans = workflow.jobs;
        assert_eq!(plans.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(), ["Lint all", "test"]);
        assert_eq!(plans[0].steps[0].directory.as_deref(), Some("tools"));
        assert_eq!(plans[0].steps[0].name, "Run ./lint.sh");
        let test = &plans[1].steps[0];
        assert_eq!((test.name.as_str(), test.command.as_str()), ("Tests", "make\nmake test\n"));
        assert_eq!(test.environment, [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "two".to_owned())]);
    }

    #[test]
    fn what_starts_a_workflow_is_read_in_each_form() {
        let on = |text: &str| read("ci.yml", &format!("on: {text}\njobs: {{}}\n")).on;
        assert_eq!(on("push"), Triggers::push());
        assert_eq!(on("[push, pull_request]"), Triggers { pull_request: true, ..Triggers::push() });
        let named = Triggers { push: Some(vec!["main".into()]), pull_request: true };
        assert_eq!(on("{ push: { branches: [main] }, pull_request: }"), named);
        assert!(named.is_pushed(Some("main")) && !named.is_pushed(Some("work")) && !named.is_pushed(None));
        assert_eq!(on("workflow_dispatch"), Triggers::default());
    }

    #[test]
    fn an_unreadable_file_is_a_job_that_fails() {
        let plans = read("broken.yml", "jobs: [").jobs;
        assert_eq!(plans[0].name, "broken.yml");
        assert!(plans[0].steps[0].command.ends_with("exit 1"));
    }
}
