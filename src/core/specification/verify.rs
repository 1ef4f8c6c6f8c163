//! With which commands a step says it is verified.

use super::commands::{is_safe, looks_like_one, of_block};
use super::document::{Document, Kind, Piece, code_spans, pieces};
use super::edits::of_fence;
use super::files::{Spans, inner};
use super::forms::{Draft, element};
use super::pattern::Pattern;
use super::sections::Section;
use super::vocabulary::Topic;

/// The commands that show that the step works, in order. Runs that are expected to fail are left out, and all that reach outside.
pub fn of_step(document: &Document<'_>, sections: &[Section], draft: &Draft) -> Vec<String> {
    let verifies = inner(sections, draft).filter(|section| {
        section.at > draft.at
            && matches!(section.topic, Topic::Verification | Topic::Acceptance)
            && !section.title.to_lowercase().starts_with("manual")
    });
    let verifying = Spans::of(verifies.map(|section| (section.at, section.own_end)));
    let mut commands: Vec<String> = Vec::new();
    let mut above = "";
    let mut label = "";
    let mut fence_seen = None;
    for (at, line) in document.range(draft.at, draft.end) {
        let found = match line.kind {
            Kind::Blank | Kind::Rule | Kind::Hidden | Kind::Quote | Kind::Table | Kind::Code => continue,
            Kind::Fence(index) => {
                if fence_seen == Some(index) {
                    continue;
                }
                fence_seen = Some(index);
                let Some(fence) = document.fences.get(index) else { continue };
                // What is written into a file is no command, whatever it looks like.
                if of_fence(fence).is_some() {
                    continue;
                }
                let shell = matches!(
                    fence.info.split_whitespace().next().unwrap_or_default(),
                    "sh" | "bash" | "shell" | "console" | "zsh" | "powershell" | "pwsh" | "shell-session"
                );
                let runs = is_run(above) || verifying.contains(at) || is_run(label) && above == label;
                if shell && runs { joined(of_block(&fence.body)) } else { Vec::new() }
            }
            // The name of the file that the block below it makes is no command.
            Kind::Text | Kind::Item(_) if names_an_edit(document, at) => {
                above = line.raw;
                Vec::new()
            }
            Kind::Heading { .. } | Kind::Item(_) | Kind::Text => {
                above = line.raw;
                if matches!(line.kind, Kind::Item(_) | Kind::Heading { .. }) || line.raw.starts_with("**") {
                    label = line.raw;
                }
                in_line(line.raw, at == draft.at, verifying.contains(at))
            }
        };
        let after = line.fence().map_or(at + 1, |index| {
            document.range(at, draft.end).find(|(_, other)| other.fence() != Some(index)).map_or(draft.end, |(next, _)| next)
        });
        if found.is_empty() || fails(label) || fails(above) || is_expected_to_fail(document, after, draft.end) {
            continue;
        }
        for command in found {
            if is_safe(&command) && !commands.contains(&command) && commands.len() < 100 {
                commands.push(command);
            }
        }
    }
    commands
}

/// Whether an exact edit follows right below a line, apart from blank lines.
fn names_an_edit(document: &Document<'_>, at: usize) -> bool {
    let below = document.range(at + 1, document.lines.len()).find(|(_, line)| line.kind != Kind::Blank);
    let fence = below.and_then(|(_, line)| line.fence()).and_then(|index| document.fences.get(index));
    fence.is_some_and(|fence| of_fence(fence).is_some())
}

fn in_line(line: &str, is_title: bool, verifying: bool) -> Vec<String> {
    static LABEL: Pattern = Pattern::new(
        r"(?i)^[\s*_+•-]*(?:\[[ x]\]\s*)?(?:\d+[.)]\s+)?[*_]*(?P<word>run|verify(?: with| by| command)?|commands?|verification|verify command|check|test command|test with|tests?|run tests?|validate|验证|验证命令|运行|検証|確認)[*_]*\s*[:：][*_]*\s*(?P<rest>.*)$",
    );
    if let Some(text) = element(line, "automated").or_else(|| element(line, "verify")) {
        return if looks_like_one(text) { vec![text.to_owned()] } else { spans(text) };
    }
    if let Some(found) = LABEL.captures(line) {
        let rest = found.name("rest").map_or("", |rest| rest.as_str()).trim();
        let word = found.name("word").map_or("", |word| word.as_str()).to_lowercase();
        let all = code_spans(rest);
        let named = spans(rest);
        if named.is_empty() && matches!(word.as_str(), "run" | "command" | "verify") && rest.starts_with('`') {
            return all.into_iter().take(1).filter(|code| !code.is_empty()).collect();
        }
        if named.is_empty() && all.is_empty() && looks_like_one(rest) {
            return vec![rest.trim_end_matches('.').to_owned()];
        }
        return named;
    }
    if verifying {
        return spans(line);
    }
    let checks = |text: &str| {
        let first = text.trim_start_matches(|char: char| !char.is_alphabetic()).trim_start_matches("x] ").trim_start_matches("X] ");
        ["run ", "verify ", "execute ", "验证", "运行", "check "].iter().any(|word| first.to_lowercase().starts_with(word))
    };
    let mut found = Vec::new();
    let mut before = String::new();
    let all = is_title && checks(&without_id(line)) || checks(line);
    for piece in pieces(line) {
        match piece {
            Piece::Words(words) => before = words.trim_end().to_lowercase(),
            Piece::Code(code) => {
                let told = ["run", "running", "runs", "execute", "executing", "运行", "执行", "by", "via"]
                    .iter()
                    .any(|word| before.ends_with(word));
                if (all || told) && looks_like_one(&code) {
                    found.push(code);
                }
            }
        }
    }
    found
}

fn without_id(line: &str) -> String {
    static ID: Pattern = Pattern::new(r"^\W*(?:[xX]\]\W*)?T\d+[\s:.]*(?:\[[^\]]*\][\s:]*)*");
    ID.replace_all(line, "")
}

fn spans(text: &str) -> Vec<String> {
    code_spans(text).into_iter().filter(|code| looks_like_one(code)).collect()
}

/// A change of directory holds for the commands after it in the block.
fn joined(commands: Vec<String>) -> Vec<String> {
    let mut directory = String::new();
    let mut found = Vec::new();
    for command in commands {
        if command.starts_with("cd ") && !command.contains("&&") && !command.contains(';') {
            // A folder of somebody's own machine is the root of the checkout, most likely.
            directory = if command.starts_with("cd /") || command.starts_with("cd ~") { String::new() } else { format!("{command} && ") };
        } else if looks_like_one(&command) {
            found.push(format!("{directory}{command}"));
        }
    }
    found
}

/// Whether a line of plain words says that a command is to be run: "Run `npm test`; all pass."
pub fn is_told_to_run(line: &str) -> bool {
    static RUN: Pattern = Pattern::new(r"(?i)^\W*(?:then\s+)?(?:run|execute|verify|check)\b");
    RUN.is_in(line) && !spans(line).is_empty()
}

fn is_run(line: &str) -> bool {
    static RUN: Pattern = Pattern::new(
        r"(?i)\b(?:run|runs|running|verify|verification|tests?|check|confirm|validate|lint|build|execute)\b|验证|运行|测试|検証|実行",
    );
    static OTHER: Pattern = Pattern::new(
        r"(?i)\b(?:commit|install|scaffold|initiali[sz]e|add|create|set ?up|deploy|push|release|publish|rollback|revert|clean ?up)\b|提交",
    );
    RUN.is_in(line) && !OTHER.is_in(line)
}

fn fails(line: &str) -> bool {
    static FAILS: Pattern = Pattern::new(
        r"(?i)\b(?:it|they|tests?|this|expect(?:ed)?(?: to)?|should|must|confirm|verify|to)\W+(?:\w+\W+){0,2}?fail(?:s|ing|ure)?\b|\bred\b phase|失败|失敗",
    );
    FAILS.is_in(line) && !line.to_lowercase().contains("pass")
}

/// Whether the words after a command say that it fails: `Expected: FAIL`.
fn is_expected_to_fail(document: &Document<'_>, from: usize, end: usize) -> bool {
    static EXPECTED: Pattern = Pattern::new(r"(?i)^\W*(?:expect(?:ed)?|预期|期待|expected (?:output|result))\b");
    static FAIL: Pattern = Pattern::new(
        r"(?i)\b(?:fail(?:s|ed|ing|ure)?|(?:compile|compilation|build|import|type)\s?error|(?:\w*error)\b.*\b(?:not|undefined|missing|cannot)|red)\b|失败|失敗",
    );
    static NONE: Pattern = Pattern::new(r"(?i)\b(?:no|0|zero|without|any)\s+\w*\s?(?:fail|error)|\bpass|不失败");
    let mut following = document.range(from, end.min(from + 6)).filter(|(_, line)| !matches!(line.kind, Kind::Blank));
    following.next().is_some_and(|(_, line)| {
        let is = |pattern: &Pattern| pattern.is_in(line.raw);
        !matches!(line.kind, Kind::Heading { .. } | Kind::Fence(_)) && is(&EXPECTED) && is(&FAIL) && !is(&NONE)
    })
}
