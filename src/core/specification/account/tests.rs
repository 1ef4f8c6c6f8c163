//! The account is a partition, and nothing that was planted is lost: over documents of every kind of block, with steps, exact edits, decoys
//! and noise. `ACCOUNT_DOCUMENTS` says how many; CI reads 200,000.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::super::*;

/// A block that stands anywhere.
#[derive(Debug, Clone)]
enum Block {
    Prose(u8),
    Bullets(u8),
    Quote,
    Table,
    Illustration(u8),
    Comment,
    Rule,
    /// A block of code that names its file: an exact edit.
    Edit,
    Diff,
    /// What looks like a step and is none, in a place that says so.
    Decoy(u8),
}

/// How the steps are written.
#[derive(Debug, Clone, Copy)]
enum Form {
    Step,
    Task,
    Number,
    Other(usize),
    Items,
    Boxes,
    Ids,
}

#[derive(Debug, Clone)]
struct Text {
    form: Form,
    crlf: bool,
    before: Vec<Block>,
    /// What stands in each step.
    steps: Vec<Vec<Block>>,
    /// The sections after the steps, by the place of their title in `TITLES`.
    after: Vec<(usize, Vec<Block>)>,
}

/// Titles of sections: roles, and somebody's own words.
const TITLES: [&str; 14] = [
    "Notes",
    "Risks",
    "Background",
    "Out of scope",
    "Acceptance criteria",
    "Open questions",
    "Verification",
    "Parallel import",
    "Order history",
    "Deferred loading",
    "Dependencies",
    "Glossary of words",
    "Definition of Done",
    "Rollout",
];

/// The words of a plan and of a step in other languages.
const LANGUAGES: [(&str, &str); 12] = [
    ("Schritte", "Schritt"),
    ("Étapes", "Étape"),
    ("Pasos", "Paso"),
    ("Passos", "Passo"),
    ("Passi", "Passo"),
    ("Stappen", "Stap"),
    ("Kroki", "Krok"),
    ("Шаги", "Шаг"),
    ("Кроки", "Крок"),
    ("Adımlar", "Adım"),
    ("手順", "ステップ"),
    ("단계", "단계"),
];

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        4 => any::<u8>().prop_map(Block::Prose),
        2 => any::<u8>().prop_map(Block::Bullets),
        1 => Just(Block::Quote),
        1 => Just(Block::Table),
        2 => any::<u8>().prop_map(Block::Illustration),
        1 => Just(Block::Comment),
        1 => Just(Block::Rule),
        2 => Just(Block::Edit),
        1 => Just(Block::Diff),
        2 => any::<u8>().prop_map(Block::Decoy),
    ]
}

fn text() -> impl Strategy<Value = Text> {
    let form = prop_oneof![
        Just(Form::Step),
        Just(Form::Task),
        Just(Form::Number),
        (0..LANGUAGES.len()).prop_map(Form::Other),
        Just(Form::Items),
        Just(Form::Boxes),
        Just(Form::Ids),
    ];
    let blocks = |most| prop::collection::vec(block(), 0..most);
    let after = prop::collection::vec((0..TITLES.len(), blocks(3)), 0..4);
    (form, prop::bool::weighted(0.1), blocks(3), prop::collection::vec(blocks(3), 1..5), after)
        .prop_map(|(form, crlf, before, steps, after)| Text { form, crlf, before, steps, after })
}

/// A document as it is written, and what was planted in it.
#[derive(Default)]
struct Written {
    lines: Vec<String>,
    /// Title and 1-based line.
    steps: Vec<(String, usize)>,
    /// File and 1-based line of the block.
    edits: Vec<(String, usize)>,
    /// 0-based lines before which a paragraph may stand.
    gaps: Vec<usize>,
}

impl Written {
    fn line(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn step(&mut self, form: Form, number: usize) {
        let title = format!("Add part {number} of the work");
        self.steps.push((title.clone(), self.lines.len() + 1));
        self.line(match form {
            Form::Step => format!("### Step {number}: {title}"),
            Form::Task => format!("### Task {number} — {title}"),
            Form::Number => format!("### {number}. {title}"),
            Form::Other(language) => format!("### {} {number}: {title}", LANGUAGES[language].1),
            Form::Items => format!("{number}. {title}"),
            Form::Boxes => format!("- [ ] {title}"),
            Form::Ids => format!("- [ ] T{number:03} {title}"),
        });
    }

    /// `indent`: within an item of a list.
    fn block(&mut self, block: &Block, indent: &str) {
        let from = self.lines.len();
        if indent.is_empty() {
            self.gaps.push(from);
        }
        let words = [
            "The parser reads a line at a time.",
            "People asked for step 3 of it.",
            "It was parallel before.",
            "Nothing is done yet, phase 2 neither.",
        ];
        match block {
            Block::Prose(at) => self.line(words[usize::from(*at) % words.len()]),
            Block::Bullets(at) => (0..=at % 3).for_each(|n| self.line(format!("- a remark {n} about names"))),
            Block::Quote => self.line("> ### Step 8: Decoy in a quotation"),
            Block::Table => ["| a | b |", "|---|---|", "| 1 | two |"].iter().for_each(|row| self.line(*row)),
            Block::Illustration(at) => {
                let inner =
                    ["### Step 7: Decoy in a block", "- [ ] Decoy in a block", "1. Decoy in a block", "x = 1"][usize::from(*at) % 4];
                ["```text", inner, "```"].iter().for_each(|line| self.line(*line));
            }
            Block::Comment => self.line("<!-- ### Step 6: Decoy in a comment -->"),
            Block::Rule => self.line("***"),
            Block::Edit => {
                let file = format!("src/n{}.js", self.edits.len());
                self.line(format!("`{file}`"));
                self.edits.push((file, self.lines.len() + 1));
                ["```js", "x(1);", "```"].iter().for_each(|line| self.line(*line));
            }
            Block::Diff => {
                let file = format!("src/d{}.js", self.edits.len());
                self.edits.push((file.clone(), self.lines.len() + 1));
                let lines = [
                    "```diff".into(),
                    format!("--- a/{file}"),
                    format!("+++ b/{file}"),
                    "@@ -1 +1 @@".into(),
                    "-a".into(),
                    "+b".into(),
                    "```".into(),
                ];
                lines.into_iter().for_each(|line: String| self.line(line));
            }
            Block::Decoy(at) => {
                let lead = ["The parser works like this:", "It behaves like this:"][usize::from(*at) % 2];
                [lead, "", "1. Decoy one is read", "2. Decoy two is split"].iter().for_each(|line| self.line(*line));
            }
        }
        if !indent.is_empty() {
            self.lines.iter_mut().skip(from).filter(|line| !line.is_empty()).for_each(|line| line.insert_str(0, indent));
        }
        self.line("");
    }

    fn of(text: &Text) -> Self {
        let mut written = Self::default();
        written.line("# A title");
        written.line("");
        text.before.iter().for_each(|block| written.block(block, ""));
        let (plan, indent) = match text.form {
            Form::Other(language) => (LANGUAGES[language].0, ""),
            Form::Task => ("Tasks", ""),
            Form::Items => ("Steps", "   "),
            Form::Boxes | Form::Ids => ("Tasks", "  "),
            Form::Step | Form::Number => ("Steps", ""),
        };
        written.line(format!("## {plan}"));
        written.line("");
        for (at, blocks) in text.steps.iter().enumerate() {
            written.step(text.form, at + 1);
            written.line("");
            if indent.is_empty() {
                written.line("Do it in `src/main.rs`.");
                written.line("");
            }
            blocks.iter().for_each(|block| written.block(block, indent));
        }
        for (title, blocks) in &text.after {
            written.line(format!("## {}", TITLES[*title]));
            written.line("");
            blocks.iter().for_each(|block| written.block(block, ""));
        }
        written
    }

    fn text(&self, crlf: bool) -> String {
        let end = if crlf { "\r\n" } else { "\n" };
        self.lines.iter().map(|line| format!("{line}{end}")).collect()
    }
}

fn holds(of: &Text) -> Result<(), String> {
    let written = Written::of(of);
    let text = written.text(of.crlf);
    let Read { specification, gaps, account } = read(&text);
    // Each byte has exactly one role.
    let mut at = 0;
    for (range, _) in account.bytes("", &text) {
        if range.start != at || range.end <= range.start {
            return Err(format!("bytes {range:?} follow byte {at}"));
        }
        at = range.end;
    }
    if at != text.len() {
        return Err(format!("{at} of {} bytes have a role", text.len()));
    }
    let asks = |line: usize| gaps.iter().any(|gap| gap.blocking && gap.line.abs_diff(line) <= 1);
    for (title, line) in &written.steps {
        if !specification.steps.iter().any(|step| step.title == *title && step.line == *line) && !asks(*line) {
            return Err(format!("the step of line {line} is lost"));
        }
    }
    for (file, line) in &written.edits {
        let in_step = specification.steps.iter().flat_map(|step| &step.edits).any(|edit| edit.line == *line);
        let told = specification.left_out.iter().any(|left| left.line.abs_diff(*line) <= 1);
        if !in_step && !asks(*line) && !told {
            return Err(format!("the edit of {file} in line {line} is lost"));
        }
    }
    if let Some(step) = specification.steps.iter().find(|step| !written.steps.iter().any(|(title, _)| *title == step.title)) {
        return Err(format!("{:?} became a step", step.title));
    }
    // A paragraph of prose anywhere removes no step.
    if let Some(gap) = written.gaps.get(text.len() % written.gaps.len().max(1)) {
        let mut lines = written.lines.clone();
        lines.splice(gap..gap, ["Some more words about it.".to_owned(), String::new()]);
        let more = read(&lines.join("\n")).specification;
        let titles = |specification: &Specification| specification.steps.iter().map(|step| step.title.clone()).collect::<Vec<_>>();
        if titles(&more) != titles(&specification) {
            return Err(format!("a paragraph before line {} changes the steps", gap + 1));
        }
    }
    Ok(())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test is told how long to look")]
fn every_line_has_one_role_and_nothing_planted_is_lost() {
    let documents = std::env::var("ACCOUNT_DOCUMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let mut runner = TestRunner::new(Config { cases: documents, failure_persistence: None, ..Config::default() });
    runner
        .run(&text(), |text| {
            let written = Written::of(&text).text(false);
            holds(&text).map_err(|why| TestCaseError::fail(format!("{why}\n\n{written}")))
        })
        .unwrap();
}

#[test]
fn the_property_can_be_broken() {
    let lost = Text { form: Form::Step, crlf: false, before: Vec::new(), steps: vec![Vec::new()], after: Vec::new() };
    assert_eq!(holds(&lost), Ok(()));
    let mut account = read("# A\n\nb\n").account;
    account.blocks.pop();
    let covered: usize = account.bytes("", "# A\n\nb\n").iter().map(|(range, _)| range.len()).sum();
    assert!(covered < 7);
}
