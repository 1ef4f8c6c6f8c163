//! What inputs are made of.

use std::sync::LazyLock;

use crate::random::Random;

/// Marks that mean something anywhere.
const MARKS: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "```",
    "```\n",
    "~~~\n",
    "````\n",
    "`",
    "> ",
    ">",
    "- ",
    "* ",
    "1. ",
    "# ",
    "## ",
    "### ",
    "---\n",
    "===\n",
    "***",
    "**",
    "__",
    "_",
    "|",
    "<!--",
    "-->",
    "<!-- x -->",
    "<",
    ">",
    "&",
    "&#8203;",
    "&zwj;",
    "<p hidden>",
    "</p>",
    "<b title='t'>",
    "<details>",
    "</details>",
    "<summary>s</summary>",
    "<img alt=x>",
    "<style>",
    "</style>",
    "<!",
    "<?",
    "?>",
    "<![CDATA[",
    "]]>",
    "[a]: b 'c'\n",
    "[a]",
    "[",
    "]",
    "(",
    ")",
    "![i](u 't')",
    "[l](u \"t\")",
    "[^1]",
    "[^1]: n\n",
    "\\",
    "\0",
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{202e}",
    "\u{2066}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{e0041}",
    "\u{ad}",
    "\u{2028}",
    "\u{85}",
    "é",
    "İ",
    "ß",
    "漢字",
    "\u{1f468}",
    "\u{1f3f4}",
    "क्",
    "م",
    "١",
    "２",
    "：",
    "…",
    "–",
    "\"",
    "'",
    "!",
    "?",
    ".",
    ",",
    ":",
    ";",
    "/",
    "@",
    "#",
    "=",
    "+",
    "~",
    "$",
    "%",
];

const IN_COMMENTS: &[&str] = &[
    "/journeyman",
    "/journeyman stop\n",
    "/journeyman retry step 3\n",
    "/journeyman rebuild",
    "/Journeyman  RETRY",
    "/jorneyman stop",
    "@journeyman",
    "@journeyman[bot] ",
    "@journeyman retry\n",
    "@ada ",
    "stop",
    "retry",
    "step",
    "please",
    "help",
    "1",
    "2",
    "3",
    "4",
    "9",
    "12345",
    "99999999999999999999",
    "1:",
    "2: ",
    "2. ",
    "3) ",
    "Q1:",
    "Q2 ",
    "**2.** ",
    "#2 ",
    "1 and 3: ",
    "1, 2:",
    "1-3: ",
    "1–4 ",
    "2 - ",
    "all: ",
    "yes to all",
    "to both",
    "yes",
    "no",
    "per user",
    "Which greeting should be used?",
    "> Which greeting should be used?\n",
    "> Is the limit per user\n",
    "> or per team?\n",
    "Should old names be kept",
    "thanks",
    "will look",
    "what do you mean?",
    "\u{1f44d}",
    "On Mon, Ada wrote:\n",
    "On Mon, Ada\n<a@b.example> wrote:\n",
    "-- \n",
    "--\n",
    "Sent from my phone\n",
    "-----Original Message-----\n",
    "Answer to question 2: ",
    "re 3:",
];

const IN_SPECIFICATIONS: &[&str] = &[
    "## Steps\n",
    "### Step 1: Do it\n",
    "### Step 2: More\n",
    "#### 1.2 Part\n",
    "1. Add `src/a.rs`\n",
    "2. Change b.rs\n",
    "- [ ] T001 [P] Make `a/b.py`\n",
    "- [x] Done\n",
    "- [ ]* 2.1 c\n",
    "## Acceptance criteria\n",
    "## Out of scope\n",
    "## Open questions\n",
    "## Tasks\n",
    "## Phase 1\n",
    "Option A: x\n",
    "### Option B\n",
    "`src/a.rs`\n",
    "**src/b.rs**:\n",
    "`src/m\u{430}in.rs`\n",
    "```rust src/a.rs\n",
    "```diff\n",
    "--- a/x\n+++ b/x\n",
    "@@ -1 +1 @@\n-a\n+b\n",
    "<<<<<<< SEARCH\n",
    "=======\n",
    ">>>>>>> REPLACE\n",
    "Verify: `make`\n",
    "Depends on: Step 2\n",
    "depends on steps 1-3",
    "TBD",
    "TODO: x",
    "???",
    "do not implement until reviewed",
    "<task>\n",
    "<name>Task 1: A</name>\n",
    "</task>\n",
    "**Files:**\n",
    "title: x\n",
    "- Modify: `a.rs`\n",
    "- Create: `b.rs`\n",
    "Run: `cargo test`\n",
    "either a or b, to be decided",
    "// ... existing code\n",
    "#!/bin/sh\n",
    "| a | b |\n|---|---|\n",
    "步骤",
    "手順 1",
    "x\n",
    "```markdown\n",
    "```sh\nls\n```\n",
    "rename from a\nrename to b\n",
    "### Requirement: R\n",
    "#### Scenario: S\n",
    "- **WHEN** x\n",
    "GIT binary patch\n",
];

static FIXTURES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/specs")];
    let mut paths: Vec<std::path::PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let lines = |path: &std::path::PathBuf| std::fs::read_to_string(path).unwrap().split_inclusive('\n').map(str::to_owned).collect();
    paths.iter().map(lines).collect()
});

const LONGEST: usize = 12;

/// Any piece.
pub fn any(random: &mut Random) -> String {
    (*match random.below(3) {
        0 => random.pick(MARKS),
        1 => random.pick(IN_COMMENTS),
        _ => random.pick(IN_SPECIFICATIONS),
    })
    .to_owned()
}

pub fn comment(random: &mut Random) -> String {
    (0..=random.below(LONGEST)).map(|_| if random.one_in(2) { *random.pick(MARKS) } else { *random.pick(IN_COMMENTS) }).collect()
}

pub fn specification(random: &mut Random) -> String {
    if random.one_in(4) {
        return cut(random);
    }
    (0..=random.below(LONGEST)).map(|_| if random.one_in(3) { *random.pick(MARKS) } else { *random.pick(IN_SPECIFICATIONS) }).collect()
}

/// A few lines of a fixture, changed.
fn cut(random: &mut Random) -> String {
    let fixture = random.pick(&FIXTURES);
    let from = random.below(fixture.len());
    let mut lines: Vec<String> = fixture.iter().skip(from).take(1 + random.below(10)).cloned().collect();
    for _ in 0..random.below(4) {
        let at = random.below(lines.len());
        match random.below(5) {
            0 if lines.len() > 1 => drop(lines.remove(at)),
            1 => lines.insert(at, lines[at].clone()),
            2 => lines.swap(0, at),
            3 => lines.insert(at, any(random)),
            _ => {
                let places: Vec<usize> = lines[at].char_indices().map(|(place, _)| place).collect();
                let place = places.get(random.below(places.len())).copied().unwrap_or(0);
                lines[at].insert_str(place, &any(random));
            }
        }
    }
    lines.concat()
}
