//! Random texts that are given to something called a secret.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::guard::file::File;
use crate::guard::kinds;

static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = r"(?i)(?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|credential|signing[_-]?key)";
    Regex::new(&format!(r#"{name}[\w-]{{0,20}}["']?\s{{0,4}}(?:=|:|=>|:=)\s{{0,4}}["'`]([A-Za-z0-9+/=_.~!@#%^&*-]{{20,200}})["'`]"#)).ok()
});
/// Bits a character: words have about 3, random letters and digits well over 4; hexadecimal digits have at most 4.
const RANDOM: f64 = 4.2;
const RANDOM_HEX: f64 = 3.3;

/// The first added line with such a text. Tests are full of them, and so are lock files and documentation.
pub fn first(file: &File<'_>) -> Option<usize> {
    if kinds::is_test(file.path) || kinds::is_documentation(file.path) || kinds::is_lock(file.path) {
        return None;
    }
    let assigned = ASSIGNED.as_ref()?;
    let mut lines = file.added_text();
    lines
        .find(|(_, line)| assigned.captures_iter(line).filter_map(|found| found.get(1)).any(|found| is_random(found.as_str())))
        .map(|(number, _)| number)
}

fn is_random(text: &str) -> bool {
    let kinds = [text.contains(|c: char| c.is_ascii_digit()), text.contains(|c: char| c.is_ascii_alphabetic())];
    let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let spoken = text.split(['-', '_', '.', '/']).all(|part| part.len() < 12 && part.chars().all(|c| c.is_ascii_alphabetic()));
    kinds == [true, true] && !spoken && entropy(text) > if hex { RANDOM_HEX } else { RANDOM }
}

/// After Shannon, in bits a character.
fn entropy(text: &str) -> f64 {
    let mut counts: HashMap<char, f64> = HashMap::new();
    for char in text.chars() {
        *counts.entry(char).or_default() += 1.0;
    }
    let total: f64 = counts.values().sum();
    counts.values().map(|count| -(count / total) * (count / total).log2()).sum()
}
