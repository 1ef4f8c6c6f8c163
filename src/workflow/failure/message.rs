//! What a block says is wrong, in one line.

/// The message of a block; empty if it has none. At most 300 characters.
pub fn of(tool: &str, lines: &[&str]) -> String {
    let said = match tool {
        "cargo test" | "nextest" | "panic" => panicked(lines),
        "pytest" => lines.iter().find_map(|line| line.strip_prefix("E  ")).map(str::to_owned),
        "python" | "unittest" => lines.iter().rev().find(|line| is_exception(line)).map(|line| (*line).to_owned()),
        "go test" => {
            lines.iter().find(|line| line.contains(".go:")).and_then(|line| line.split_once(": ")).map(|(_, said)| said.to_owned())
        }
        "eslint" => {
            lines.iter().find(|line| line.contains(" error ")).and_then(|line| line.split_once(" error ")).map(|(_, said)| said.to_owned())
        }
        "rustc" | "exception" | "go panic" | "ruff" | "docker" | "terraform" => lines.first().map(|line| (*line).to_owned()),
        "compiler" | "tsc" | "maven" | "kotlinc" | "linter" | "go" | "linker" => {
            exception(lines).filter(|_| lines.len() > 2 && tool == "maven").or_else(|| lines.first().map(|line| after_place(line)))
        }
        _ => None,
    };
    let said = said.or_else(|| exception(lines)).or_else(|| {
        lines
            .get(1..)
            .unwrap_or_default()
            .iter()
            .find(|line| is_said(line) && !line.ends_with(':') && !line.contains("(in test file"))
            .map(|line| (*line).to_owned())
    });
    let said = said.or_else(|| lines.first().map(|line| (*line).to_owned())).unwrap_or_default();
    // A long text of YAML begins in the next line.
    let below = || lines.iter().skip_while(|line| !line.ends_with("|-")).nth(1).map(|line| (*line).to_owned());
    let said = squeezed(&Some(said.clone()).filter(|said| !said.ends_with("|-")).or_else(below).unwrap_or(said));
    let sides = sides(lines);
    let said = match sides.strip_prefix("; ") {
        Some(sides) if SIDES.iter().any(|side| said.to_ascii_lowercase().starts_with(side)) => sides.to_owned(),
        Some(_) => format!("{}{sides}", said.trim_end_matches(':')),
        None if said.ends_with(':') => format!("{said} {}", following(lines, &said)),
        None => said,
    };
    said.chars().take(300).collect()
}

/// The first words after the line that says so much.
fn following(lines: &[&str], said: &str) -> String {
    let after = lines.iter().skip_while(|line| squeezed(line) != said).skip(1);
    after.map(|line| squeezed(line)).find(|line| is_said(line)).unwrap_or_default()
}

/// The words after `panicked at a.rs:3:5:`, which stand in the next line since Rust 1.73.
fn panicked(lines: &[&str]) -> Option<String> {
    let at = lines.iter().position(|line| line.contains("panicked at "))?;
    lines.get(at + 1).filter(|line| is_said(line)).map(|line| (*line).to_owned())
}

fn exception(lines: &[&str]) -> Option<String> {
    lines
        .iter()
        .find(|line| is_exception(line) && !line.trim_start().starts_with("at "))
        .map(|line| line.trim().trim_start_matches("[ERROR]").trim().to_owned())
}

/// `AssertionError: 1 != 2`, `org.opentest4j.AssertionFailedError: expected…`, `error: no such file`.
fn is_exception(line: &str) -> bool {
    let line = line.trim_start_matches(|char: char| char.is_whitespace() || char == '#');
    let head: &str = line.split([':', ' ']).next().unwrap_or_default();
    let named = head.ends_with("Error") || head.ends_with("Exception") || head.ends_with("Failure") || head == "error";
    let named = named && line.get(head.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with(" ["));
    named && head.chars().all(|char| char.is_alphanumeric() || matches!(char, '.' | '_' | '$' | '\\')) && !head.is_empty()
}

const SIDES: &[&str] = &["left:", "right:", "expected:", "received:", "actual:", "got:", "want:"];

/// What is expected and what came, from the lines that say so.
fn sides(lines: &[&str]) -> String {
    let mut sides = String::new();
    let mut seen: Vec<&str> = Vec::new();
    for line in lines {
        let line = line.trim_start_matches(|char: char| char.is_whitespace() || matches!(char, '#' | '|'));
        let lower = line.to_ascii_lowercase();
        let Some(side) = SIDES.iter().find(|side| lower.starts_with(*side)) else { continue };
        let value = line.get(side.len()..).unwrap_or_default().trim().trim_end_matches(',');
        if seen.len() < 2 && !seen.contains(side) && !value.is_empty() {
            seen.push(side);
            sides.push_str(&format!("{} {} {}", if seen.len() == 1 { ";" } else { "," }, side.trim_end_matches(':'), squeezed(value)));
        }
    }
    sides
}

/// Without `a.c:3:5:` before it.
fn after_place(line: &str) -> String {
    let line = line.trim().trim_start_matches("[ERROR]").trim_start_matches("e: ").trim_start_matches("vet: ").trim();
    let said = line.split_once(": ").or_else(|| line.split_once(" - ")).or_else(|| line.split_once("] ")).map_or(line, |(_, said)| said);
    said.to_owned()
}

fn is_said(line: &str) -> bool {
    line.chars().filter(|char| char.is_alphanumeric()).count() > 1
}

/// Without repeated space.
pub fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
