//! How long a specification takes to read, and whether twice the text takes twice the time.
//!
//! `cargo bench --bench reading`. Every text is made to be hard in one way; each is read at half and at the full size that an issue may have.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use journeyman::specification;

/// As much as GitHub takes for an issue.
const FULL: usize = 65_536;

/// A text of about so many bytes.
type Make = fn(usize) -> String;

const HARD: &[(&str, Make)] = &[
    ("one long line of words", |n| "word ".repeat(n / 5)),
    ("one long item with paths", |n| format!("## Steps\n\n1. Add {}\n", "src/a.rs and ".repeat(n / 13))),
    ("opening brackets", |n| "[".repeat(n)),
    ("links that never close", |n| "[a](".repeat(n / 4)),
    ("backticks, more each time", |n| grown(n, |k| format!("{} a ", "`".repeat(k % 40 + 1)))),
    ("stars and underscores", |n| "*_**__".repeat(n / 6)),
    ("lines of stars", |n| "**a *b* __c__**\n".repeat(n / 16)),
    ("fences that never close", |n| grown(n, |k| format!("{}x\n", "`".repeat(k % 90 + 3)))),
    ("fences in items", |n| "- ```x\n".repeat(n / 7)),
    ("blocks of Markdown in Markdown", |n| "```markdown\n```sh\n```\n".repeat(n / 22)),
    ("many closed fences in a step", |n| format!("## Steps\n\n### Step 1: A\n\n{}", "`a.rs`\n```rust\nx\n```\n".repeat(n / 21))),
    ("a list nested deeper and deeper", |n| grown(n, |k| format!("{}- [ ] {k}.1 Add it\n", " ".repeat(k % 400)))),
    ("quotes in quotes", |n| grown(n, |k| format!("{} a\n", ">".repeat(k % 300 + 1)))),
    ("boxes in boxes", |n| "- [ ] ".repeat(n / 6)),
    ("flat boxes", |n| grown(n, |k| format!("- [ ] {k}. Add part {k} to `src/a{k}.rs`\n"))),
    ("boxes with detail", |n| grown(n, |k| format!("- [ ] {}.{} Add it\n  - in src/a.rs\n  - _Requirements: 1.{k}_\n", k / 9, k % 9))),
    ("boxes with parents", |n| grown(n, |k| format!("- [ ] {k}. Group\n  - [ ] {k}.1 Add it\n    - so\n"))),
    ("Spec Kit tasks", |n| {
        format!("# Tasks: A\n\n## Phase 1: B\n\n{}", grown(n, |k| format!("- [ ] T{k:03} [P] [US1] Add src/a{k}.rs, depends on T001\n")))
    }),
    ("phases with boxes", |n| grown(n, |k| format!("## Phase {k}: A\n\n- [ ] Add it\n\n**Checkpoint**: so\n\n"))),
    ("step headings", |n| grown(n, |k| format!("### Step {k}: Add it\n\nIn `src/a{k}.rs`, after step 1.\n\n"))),
    ("numbered headings", |n| format!("# Plan\n\n{}", grown(n, |k| format!("## {k}. Add it\n\nIn `src/a.rs`.\n\n")))),
    ("headings deeper and deeper", |n| grown(n, |k| format!("{} Phase {k}\n", "#".repeat(k % 6 + 1)))),
    ("headings of plans", |n| "## Steps\n".repeat(n / 9)),
    ("labels", |n| "**Files:**\n- a.rs\n".repeat(n / 18)),
    ("labels in a step", |n| format!("### Task 1: A\n\n{}", "**Files:**\n- `a.rs`\n".repeat(n / 20))),
    ("criteria", |n| format!("## Acceptance criteria\n\n{}", grown(n, |k| format!("- it holds {k} (`test`)\n")))),
    ("a criterion of many lines", |n| format!("## Acceptance criteria\n\n- a\n{}", "  and b\n".repeat(n / 8))),
    ("sections of criteria", |n| grown(n, |k| format!("## Acceptance criteria\n\n- it holds {k}\n\n"))),
    ("scenarios", |n| grown(n, |k| format!("#### Scenario: {k}\n- **WHEN** a\n- **THEN** b\n"))),
    ("options", |n| grown(n, |k| format!("### Option {k}\n\nso\n\n"))),
    ("options in items", |n| format!("# A\n\n{}", "- Option 1: a\n".repeat(n / 15))),
    ("open questions", |n| format!("## Open questions\n\n{}", "- Which one?\n".repeat(n / 13))),
    ("placeholders", |n| format!("## Steps\n\n{}", "1. TBD, to be decided\n".repeat(n / 22))),
    ("gates", |n| "Do not start before this is ".repeat(n / 28)),
    ("either", |n| "either a or b or ".repeat(n / 17)),
    ("dependencies", |n| format!("## Steps\n\n1. A\n2. B, {}", "depends on step 1, ".repeat(n / 19))),
    ("tags", |n| "<task type=\"auto\">\n<name>Task 1: A</name>\n".repeat(n / 44)),
    ("comments", |n| "<!-- a\n".repeat(n / 7)),
    ("front matter", |n| format!("---\n{}", "a: b\n".repeat(n / 5))),
    ("tables", |n| "| `a.rs` | b | c |\n".repeat(n / 19)),
    ("references", |n| grown(n, |k| format!("See specs/{k:03}-a/spec.md and [b](../blob/main/specs/{k:03}-a).\n"))),
    ("bytes of no meaning", |n| "\0\u{202e}\u{feff}\r\r\n".repeat(n / 10)),
    ("underlines", |n| "a\n===\nb\n---\n".repeat(n / 12)),
    ("patch headers", |n| format!("## Steps\n\n1. A\n\n```diff\n{}```\n", "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n".repeat(n / 36))),
    ("search and replace", |n| {
        format!("## Steps\n\n1. A\n\n`a`\n```\n{}```\n", "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE\n".repeat(n / 44))
    }),
    ("commands", |n| format!("## Steps\n\n1. A\n\nRun:\n```bash\n{}```\n", "cargo test \\\n".repeat(n / 13))),
];

fn grown(bytes: usize, part: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for k in 1.. {
        if text.len() >= bytes {
            break;
        }
        let _ = write!(text, "{}", part(k));
    }
    text
}

fn main() {
    println!("{:<34} {:>9} {:>9} {:>6}", "read, ms", FULL / 2, FULL, "ratio");
    let mut longest = 0.0_f64;
    for (name, make) in HARD {
        let [half, full] = [FULL / 2, FULL].map(|size| milliseconds(&make(size)));
        longest = longest.max(full);
        let mark = if full > 2.0 && full / half > 2.8 { "  more than twice" } else { "" };
        println!("{name:<34} {half:>9.2} {full:>9.2} {:>6.1}{mark}", full / half);
    }
    println!("the longest: {longest:.1} ms");
}

/// The quickest of three readings, as an issue, as a plan in a folder, and for what it refers to.
fn milliseconds(text: &str) -> f64 {
    let files = [("specs/001-a/tasks.md", text), ("specs/001-a/spec.md", text)];
    let once = || {
        let begun = Instant::now();
        black_box(specification::read(text));
        let read = begun.elapsed();
        black_box(specification::references(text, "octo/hello"));
        let referred = begun.elapsed() - read;
        black_box(specification::read_documents("A", "", &files, &specification::Answers::default()));
        let documents = begun.elapsed() - read - referred;
        // Two documents are read there, and the steps' one is looked at twice.
        read.max(referred).max(documents / 2).as_secs_f64() * 1000.0
    };
    (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
}
