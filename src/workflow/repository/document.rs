//! The example file and the README's table of keys.

use std::fmt::Write;

use super::judge::expected;
use super::keys::{KEYS, Key};
use super::schema::sentence;

/// `deploy/journeyman.repository.example.yml`: every key with its meaning and its example.
pub fn example() -> String {
    let mut text = String::from(
        "# yaml-language-server: $schema=journeyman.schema.json\n\
         # What a repository may configure for itself, in .github/journeyman.yml of its default branch. Every key can be left out.\n\
         # The first line leads editors to the schema; give it the path or the address at which you keep it.\n",
    );
    lines(&mut text, KEYS, 0);
    text
}

fn lines(text: &mut String, keys: &[Key], depth: usize) {
    let indent = "  ".repeat(depth);
    for key in keys {
        let space = if depth == 0 { "\n" } else { "" };
        let value = if key.example.is_empty() { String::new() } else { format!(" {}", key.example) };
        let _ = write!(text, "{space}{indent}# {}\n{indent}{}:{value}\n", sentence(key.about), key.name);
        if let Some(inner) = key.kind.inner() {
            lines(text, inner, depth + 1);
        }
    }
}

/// The table of keys in README.md.
pub fn table() -> String {
    let mut text = String::from("| key | value | meaning | example |\n|---|---|---|---|\n");
    rows(&mut text, KEYS, "", "");
    text
}

/// `within` says what the keys of a table are about together.
fn rows(text: &mut String, keys: &[Key], under: &str, within: &str) {
    for key in keys {
        let place = [under, key.name].concat();
        if let Some(inner) = key.kind.inner() {
            rows(text, inner, &format!("{place}."), &format!("{}: ", key.about));
        } else {
            let _ = writeln!(text, "| `{place}` | {} | {within}{} | `{}` |", expected(&key.kind), key.about, key.example);
        }
    }
}
