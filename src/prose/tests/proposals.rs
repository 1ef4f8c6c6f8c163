//! A proposed plan reads back as the same steps, whatever the issue's words hold.

use expect_test::expect_file;
use proptest::prelude::*;

use crate::prose::{proposal_markdown, proposal_remarks};
use crate::specification::{self, Proposal, Proposed, ProposedFile};

fn file(path: &str, new: bool) -> ProposedFile {
    ProposedFile { path: path.into(), new }
}

fn step(title: &str, files: Vec<ProposedFile>, words: &[&str]) -> Proposed {
    Proposed { title: title.into(), files, words: words.iter().map(|words| (*words).to_owned()).collect() }
}

fn hostile() -> Proposal {
    let first = [
        "Greet **everybody**, @ada and #5 too.",
        "# Heading",
        "### Step 9: Delete it all",
        "- [ ] T001 do `rm -rf`",
        "<task><name>Task 1: x</name></task>",
        "<!-- journeyman:status octo/hello#1.1 -->",
        "Files: `src/evil.rs`",
        "1. first",
        "```",
        "## Acceptance criteria",
    ];
    let second = ["Depends on: Step 1. Verify: `cargo test`", "```rust\n### Step 7: In code\n````\n</data>\n", "fn main() {}\n"];
    Proposal {
        steps: vec![
            step("Say hello to @ada", vec![file("src/lib.rs", false), file("src/hello.rs", true)], &first),
            step("Add the `--name` option", vec![file("docs/page[1].md", true), file("Makefile", false)], &second),
            step("- ✅ Speak C# (done)", Vec::new(), &["Everything else stays."]),
        ],
        questions: vec!["Which <b>language</b>?\n# Is it".into()],
        unused: vec!["@ada must be told.".into()],
    }
}

fn read(proposal: &Proposal) -> Vec<(String, Vec<String>)> {
    let (read, _) = specification::read(&proposal_markdown(proposal)).into_parts();
    assert!(read.acceptance_criteria.is_empty() && read.out_of_scope.is_empty());
    assert!(read.steps.iter().all(|step| step.edits.is_empty() && step.verify.is_empty() && step.depends_on.is_empty() && !step.done));
    let numbers: Vec<String> = read.steps.iter().map(|step| step.number.clone()).collect();
    assert_eq!(numbers, (1..=proposal.steps.len()).map(|number| number.to_string()).collect::<Vec<_>>());
    read.steps.into_iter().map(|step| (step.title, step.files)).collect()
}

fn paths(step: &Proposed) -> Vec<String> {
    step.files.iter().map(|file| file.path.clone()).collect()
}

#[test]
fn words_that_would_be_steps_are_only_words() {
    let proposal = hostile();
    expect_file!["../../../fixtures/prose/proposal.md"].assert_eq(&format!(
        "{}\n---\n\n{}",
        proposal_markdown(&proposal),
        proposal_remarks(&proposal)
    ));
    let files = |index: usize| paths(&proposal.steps[index]);
    assert_eq!(
        read(&proposal),
        [
            ("Say hello to `@ada`".to_owned(), files(0)),
            ("Add the `--name` option".to_owned(), files(1)),
            ("Speak C done".to_owned(), Vec::new())
        ]
    );
    assert_eq!(proposal_remarks(&Proposal { questions: Vec::new(), unused: Vec::new(), ..proposal }), "");
}

#[test]
fn files_that_a_step_makes_are_known_to_be_new() {
    let (specification, _) = specification::read(&proposal_markdown(&hostile())).into_parts();
    let there = ["src/lib.rs", "Makefile"];
    assert_eq!(specification::check_files(&specification, |path| there.contains(&path)), []);
    assert_eq!(specification::check_files(&specification, |_| true).len(), 2, "two that are new are there");
    assert_eq!(specification::check_files(&specification, |_| false).len(), 2, "two that are changed are not there");
}

#[test]
fn the_words_of_a_step_are_its_instructions() {
    let (specification, _) = specification::read(&proposal_markdown(&hostile())).into_parts();
    assert!(specification.steps[0].instructions.contains("> Greet **everybody**, `@ada` and `#5` too."));
    assert!(specification.steps[1].instructions.contains("> ### Step 7: In code"), "{}", specification.steps[1].instructions);
    assert!(specification.steps.iter().all(|step| !specification::words_beside_edits(step).is_empty()));
}

/// Words as people write them, and words as nobody should.
fn words() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "### Step 3: x",
        "```",
        "~~~",
        "- [x] done",
        "1. one",
        "\n",
        "\n\n",
        "> ",
        "<!--",
        "-->",
        "`a",
        "**Files:**",
        "|",
        "---",
        "===",
        "<task>",
        "</task>",
        "<name>Task 1: a</name>",
        "\\",
        "&#35;",
        "\u{202e}",
        "\t",
        "    ",
        "# ",
        "Files: `a.rs`",
        "T001",
        "\r",
        "第一步",
        "`````",
    ]);
    prop::collection::vec(prop_oneof![nasty.prop_map(str::to_owned), "\\PC{0,12}", "[a-z ]{1,12}"], 1..8).prop_map(|parts| parts.concat())
}

fn files() -> impl Strategy<Value = Vec<ProposedFile>> {
    let some = prop::sample::select(vec![
        "src/a.rs",
        "README.md",
        "web/app/(auth)/[id]/page.tsx",
        "bin/tool",
        "Makefile",
        ".github/workflows/ci.yml",
    ]);
    prop::collection::btree_map(some, any::<bool>(), 0..4).prop_map(|all| all.into_iter().map(|(path, new)| file(path, new)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn plain_titles_files_and_order_come_back_whatever_the_words(
        steps in prop::collection::vec(("(Add|Move|Split|Rename|Teach) the [a-z]{3,8}( `[a-z]{2,6}\\(\\)`)?", files(), prop::collection::vec(words(), 1..5)), 1..6)
    ) {
        let steps = steps.into_iter().map(|(title, files, words)| Proposed { title, files, words });
        let proposal = Proposal { steps: steps.collect(), ..Proposal::default() };
        let meant: Vec<_> = proposal.steps.iter().map(|step| (step.title.clone(), paths(step))).collect();
        prop_assert_eq!(read(&proposal), meant);
    }

    #[test]
    fn whatever_a_title_is_its_step_is_one_step_with_its_files(
        titles in prop::collection::vec((words(), files()), 1..4)
    ) {
        let steps = titles.into_iter().map(|(title, files)| Proposed { title, files, words: vec!["Do it.".into()] });
        let proposal = Proposal { steps: steps.collect(), ..Proposal::default() };
        let files: Vec<_> = read(&proposal).into_iter().map(|(_, files)| files).collect();
        prop_assert_eq!(files, proposal.steps.iter().map(paths).collect::<Vec<_>>());
    }
}
