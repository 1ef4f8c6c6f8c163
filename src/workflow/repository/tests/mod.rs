//! The file as people write it and get it wrong, and what is made from the table of keys.

mod agreement;
mod made;

use expect_test::expect;
use globset::GlobBuilder;
use proptest::prelude::*;

use super::*;
use crate::domain::IssueNumber;

fn read(text: &str) -> RepositorySettings {
    RepositorySettings::read(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

/// Problems as people read them, a line each.
fn told(text: &str) -> String {
    let problems = RepositorySettings::read(text).unwrap_err();
    problems.iter().map(|problem| format!("{}: {}\n", problem.line, problem.what)).collect()
}

#[test]
fn a_whole_file_is_read() {
    let read = read(
        "# ours\nlabel: build this\nsteer:\n- ada\n- renovate[bot]\nbase: release/2.x\nbranch: feature/{issue}-{title}\n\
         commit: conventional\nchecks: [build, 'test*']\napprove_plan: true\nimplementer: acp\nmodel: anthropic:claude-x\n\
         budget:\n  step: {turns: 30, dollars: 1.5, tokens: 2e6}\n  run:\n    minutes: 90\n\
         setup: [npm ci]\nverify:\n  - npm test\n  - |\n    cd web\n    npm test\nprotected: ['infra/**']\n",
    );
    expect![[r#"
        RepositorySettings {
            label: Some(
                "build this",
            ),
            steer: [
                Login(
                    "ada",
                ),
                Login(
                    "renovate[bot]",
                ),
            ],
            base: Some(
                BranchName(
                    "release/2.x",
                ),
            ),
            branch: Some(
                "feature/{issue}-{title}",
            ),
            commit: Conventional,
            checks: [
                "build",
                "test*",
            ],
            waits_at_end: false,
            approve_plan: true,
            implementer: Some(
                Acp,
            ),
            model: Some(
                "anthropic:claude-x",
            ),
            step: Allowance {
                turns: Some(
                    30,
                ),
                tokens: Some(
                    2000000,
                ),
                micro_dollars: Some(
                    1500000,
                ),
                millis: None,
            },
            run: Allowance {
                turns: None,
                tokens: None,
                micro_dollars: None,
                millis: Some(
                    5400000,
                ),
            },
            setup: [
                "npm ci",
            ],
            verify: [
                "npm test",
                "cd web\nnpm test\n",
            ],
            protected: [
                "infra/**",
            ],
            image: None,
            devcontainer: None,
        }
    "#]]
    .assert_debug_eq(&read);
}

#[test]
fn an_empty_file_sets_nothing() {
    for text in ["", "\n# nothing\n", "---\n", "\u{feff}# byte order mark\n", "{}", "~", "--- # only\n...\n"] {
        assert_eq!(read(text), RepositorySettings::default(), "{text:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_with_its_line() {
    expect![[r#"
        2: `labels` is no key here; did you mean `label`?
        3: `steer`, item 1: expected a login such as `ada`, or an App's such as `renovate[bot]`, found the text `a b`
        3: `steer`, item 2: expected a login such as `ada`, or an App's such as `renovate[bot]`, found the number `7`; in quotes it is a text
        4: `aprove_plan` is no key here; did you mean `approve_plan`?
        5: `commit`: expected `plain` or `conventional`, found the text `conventonal`; did you mean `conventional`?
        6: `verify`: expected a list of commands, found the text `npm test`; one item of a list stands behind `- `
        9: `budget.step.turns`: expected a whole number from 1 to 1000000, found the text `many`
        10: `budget.step.turns` stands here once more; it is set on line 9
        11: `budget.dollars` is no key here; did you mean `budget.step.dollars`?
        12: `label`: expected a label's name of 1 to 50 characters, found the number `2024`; in quotes it is a text
        13: `branch`: expected a branch's name with `{issue}` in it, and `{title}` if wanted, each once, found the text `feature/x`
        14: `setup`: expected a list of commands, found nothing
        15: `frobnicate` is no key here. The keys are: label, steer, base, branch, commit, checks, ci, approve_plan, setup, verify, image, protected, implementer, model, budget
    "#]]
    .assert_eq(&told(
        "# ours\nlabels: [x]\nsteer: [a b, 7]\naprove_plan: true\ncommit: conventonal\nverify: npm test\nbudget:\n  step:\n    turns: many\n    turns: 3\n  \
         dollars: 3\nlabel: 2024\nbranch: feature/x\nsetup:\nfrobnicate: 1\n",
    ));
}

#[test]
fn what_is_no_yaml_or_more_than_settings_need_is_told_with_its_line() {
    let deep = format!("verify: {}{}", "[".repeat(40), "]".repeat(40));
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nverify: [*b, *c]\n";
    let mut all = String::new();
    for text in [
        "label: x\nsetup: [\n",
        "label: x\nverify: \"npm\nsteer: [a]\n",
        "a: b: c\n",
        "lable: x\n\tsetup: []\n",
        "label: x\n---\nlabel: y\n",
        "label: !!str 12\n",
        "- label\n",
        "just words\n",
        "? [a, b]\n: c\nlabel: 7\n",
        "<<: {label: x}\n",
        bomb,
        deep.as_str(),
        "label: \"a\\u0007b\"\n",
        "`x`\u{7}\u{202e}y: 1\n",
    ] {
        all.push_str(&told(text));
        all.push('\n');
    }
    expect![[r#"
        2: this cannot be read as YAML: unclosed bracket '['

        2: this cannot be read as YAML: unclosed quote

        1: this cannot be read as YAML: mapping values are not allowed in this context
        1: `a` is no key here. The keys are: label, steer, base, branch, commit, checks, ci, approve_plan, setup, verify, image, protected, implementer, model, budget

        1: this cannot be read as YAML: while scanning a plain scalar, found a tab

        2: a second document begins here, and only one is read

        1: tags (`!!str`) are not read here; take it out
        1: `label`: expected a label's name of 1 to 50 characters, found the number `12`; in quotes it is a text

        1: expected keys with values, such as `commit: plain`, found a list

        1: expected keys with values, such as `commit: plain`, found the text `just words`

        1: a key is a word, and here stands something else
        3: `label`: expected a label's name of 1 to 50 characters, found the number `7`; in quotes it is a text

        1: `<<` is no key here. The keys are: label, steer, base, branch, commit, checks, ci, approve_plan, setup, verify, image, protected, implementer, model, budget

        1: anchors (`&name`) are not read here; take it out
        1: `a` is no key here. The keys are: label, steer, base, branch, commit, checks, ci, approve_plan, setup, verify, image, protected, implementer, model, budget
        2: anchors (`&name`) are not read here; take it out
        2: aliases (`*name`) are not read here; write out what is meant
        2: aliases (`*name`) are not read here; write out what is meant
        2: `b` is no key here. The keys are: label, steer, base, branch, commit, checks, ci, approve_plan, setup, verify, image, protected, implementer, model, budget
        3: aliases (`*name`) are not read here; write out what is meant
        3: aliases (`*name`) are not read here; write out what is meant

        1: lists and tables stand in each other more than 8 deep

        1: `label`: expected a label's name of 1 to 50 characters, found the text `ab`

        1: this cannot be read as YAML: unexpected character: '''

    "#]].assert_eq(&all);
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let text = "label: x\n\n# more\nsteer:\n\n- ada\n- a b\nlabels: y\n";
    let expected = told(text);
    assert!(expected.starts_with("7: ") && expected.contains("\n8: "), "{expected}");
    assert_eq!(told(&text.replace('\n', "\r\n")), expected);
    assert_eq!(told(&format!("\u{feff}{text}")), expected);
}

#[test]
fn a_long_file_and_a_long_list_of_problems_are_cut() {
    assert_eq!(told(&"#\n".repeat(40_000)), "1: the file is longer than 64 KiB\n");
    let many = told(&"x: 1\n".repeat(1000));
    assert_eq!(many.lines().count(), 51);
    assert!(many.ends_with("50: 950 more problems follow\n"), "{many}");
}

#[test]
fn checks_count_by_name_and_by_pattern() {
    let counts = |checks: &[&str], name: &str| {
        RepositorySettings { checks: checks.iter().map(|&c| c.to_owned()).collect(), ..Default::default() }.counts(name)
    };
    for (checks, name, expected) in [
        (&[][..], "anything", true),
        (&["build"], "build", true),
        (&["build"], "Build", false),
        (&["build"], "build (ubuntu)", false),
        (&["build*"], "build (ubuntu)", true),
        (&["lint", "ci/*"], "ci/circleci: test/unit", true),
        (&["*"], "a/b", true),
        (&["test {unit,e2e}"], "test e2e", true),
        (&["test {unit,e2e}"], "test", false),
        (&["test [linux]"], "test [linux]", true),
        (&["test \\[linux\\]"], "test [linux]", true),
        (&["v[0-9]"], "v3", true),
        (&["v[!0-9]"], "v3", false),
    ] {
        assert_eq!(counts(checks, name), expected, "{checks:?} {name}");
    }
}

#[test]
fn a_branch_is_named_by_the_pattern() {
    for (pattern, title, expected) in [
        (None, "Greet people by name", "journeyman/12-greet-people-by-name"),
        (None, "挨拶", "journeyman/12"),
        (Some("feature/{issue}-{title}"), "Fix: the `x`", "feature/12-fix-the-x"),
        (Some("{title}_{issue}"), "Hello", "hello_12"),
        (Some("{title}_{issue}"), "挨拶", "issue_12"),
        (Some("{issue}"), "Hello", "12"),
    ] {
        let settings = RepositorySettings { branch: pattern.map(str::to_owned), ..Default::default() };
        assert_eq!(settings.branch_name(IssueNumber(12), title).as_str(), expected, "{pattern:?} {title}");
    }
    let own = format!("branch: '{}'", RepositorySettings::BRANCH);
    assert_eq!(read(&own).branch_name(IssueNumber(3), "A b"), read("").branch_name(IssueNumber(3), "A b"));
}

#[test]
fn settings_of_an_earlier_release_are_read_and_stored_ones_come_back() {
    let earlier = r#"{"implementer":"acp","model":null,"step":{"turns":3,"tokens":null,"micro_dollars":null,"millis":null},
        "run":{"turns":null,"tokens":null,"micro_dollars":null,"millis":null},"setup":["x"],"verify":[],"protected":[]}"#;
    let settings: RepositorySettings = serde_json::from_str(earlier).unwrap();
    assert_eq!((settings.implementer, settings.step.turns, settings.commit), (Some(Chosen::Acp), Some(3), CommitForm::Plain));
    assert_eq!(serde_json::from_str::<RepositorySettings>("{}").unwrap(), RepositorySettings::default());
    let stored = serde_json::to_string(&read(&example())).unwrap();
    assert_eq!(serde_json::from_str::<RepositorySettings>(&stored).unwrap(), read(&example()));
}

/// What `git check-ref-format` says of `refs/heads/` and the name: https://git-scm.com/docs/git-check-ref-format
fn is_a_branch(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let forbidden = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    name.split('/').all(part)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.contains(forbidden)
        && !name.ends_with('.')
        && !name.starts_with('-')
        && !["@", "HEAD"].contains(&name)
        && name.len() <= 244
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pattern_that_is_taken_names_a_branch_whatever_the_title(
        pattern in "([a/._=-]|lock|refs/|x|\\{title\\}){0,5}\\{issue\\}([a/._=-]|\\.lock|\\{title\\}){0,5}",
        title in "(lock|[ab.挨]|HEAD|-| ){0,6}",
        issue in 0..100_000u64,
    ) {
        if forms::BRANCH_PATTERN.fits(&pattern) {
            let settings = RepositorySettings { branch: Some(pattern.clone()), ..Default::default() };
            let name = settings.branch_name(IssueNumber(issue), &title);
            prop_assert!(is_a_branch(name.as_str()), "{pattern} {title}: {name}");
        }
    }

    #[test]
    fn a_base_that_is_taken_is_a_branch(name in "([a/.@{~:-]|lock|refs/|HEAD|ö| |x){1,6}") {
        if forms::BRANCH.fits(&name) {
            prop_assert!(is_a_branch(&name), "{name}");
        }
    }

    #[test]
    fn a_pattern_that_is_taken_is_one_to_the_matcher(pattern in "([]\\[{}*?!,a-c0-9/.^\\\\-]|\\*\\*/|\\[a-z\\]|\\[!b\\]|\\{a,b\\}){1,10}") {
        if forms::PATH.fits(&pattern) || forms::CHECK.fits(&pattern) {
            prop_assert!(GlobBuilder::new(&pattern).literal_separator(true).build().is_ok(), "{pattern}");
            prop_assert!(globset::Glob::new(&pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn no_file_is_too_strange_to_be_read(
        text in "(label|verify|budget|step|turns|: |\n|\n  |- |[\\[\\]{},&*!|>'\"#%@`~?0-9a-c\t]|\\.inf|0x|---\n|<<){0,30}"
    ) {
        if let Err(problems) = RepositorySettings::read(&text) {
            let lines = text.lines().count() + 1;
            prop_assert!(!problems.is_empty() && problems.iter().all(|p| (1..=lines).contains(&p.line)), "{text:?} {problems:?}");
            prop_assert!(problems.iter().all(|p| !p.what.contains('\n') && p.what.len() < 500), "{text:?} {problems:?}");
        }
    }
}
