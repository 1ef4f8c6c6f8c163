//! Paths that no change may have: outside the repository, inside `.git`, or not what they look like.
//!
//! `.git` is meant as any file system may read it, since people check branches out on all of them: in any case, with the short name
//! that Windows gives it, with trailing dots, blanks and streams (NTFS), with characters that are ignored (HFS+).

use super::case::Case;
use super::{Finding, Rule};

/// Longer names cannot be checked out on common file systems (bytes of one name, bytes of a whole path).
const NAME_LIMIT: usize = 255;
const PATH_LIMIT: usize = 4096;

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let faults = case.files.iter().filter_map(|file| fault(file.path).map(|what| (file.path, what)));
    faults.map(|(path, what)| Finding::stop(Rule::Paths, path, None, what)).collect()
}

/// What is wrong with a path, if anything is. The words complete "the path …".
pub fn fault(path: &str) -> Option<&'static str> {
    if path.is_empty() {
        return Some("is empty");
    }
    if path.contains(|c: char| c.is_control() && c != '\r') || path.split('/').any(has_odd_return) {
        return Some("holds a control character");
    }
    if path.contains(is_direction) {
        return Some("holds a mark that turns the direction of writing, so that it does not read as what it is");
    }
    let drive = path.chars().nth(1) == Some(':') && path.starts_with(|c: char| c.is_ascii_alphabetic());
    if path.starts_with(['/', '\\']) || drive {
        return Some("is absolute: it must be relative to the root of the repository");
    }
    let names = || path.split(['/', '\\']);
    if names().any(|name| name == "..") {
        return Some("leads out of the repository: it holds `..`");
    }
    if names().any(is_git) {
        return Some("is inside `.git`");
    }
    if path.split('/').any(|name| name.is_empty() || name == ".") {
        return Some("is not in its plain form: it holds an empty name or `.`");
    }
    (path.len() > PATH_LIMIT || path.split('/').any(|name| name.len() > NAME_LIMIT)).then_some("is too long")
}

/// A carriage return is only where macOS puts it, in its folder icons.
fn has_odd_return(name: &str) -> bool {
    name.contains('\r') && name != "Icon\r"
}

fn is_direction(char: char) -> bool {
    matches!(char, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters that HFS+ leaves out of a comparison.
fn is_ignored(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}')
}

pub fn is_git(name: &str) -> bool {
    let visible: String = name.chars().filter(|char| !is_ignored(*char)).flat_map(char::to_lowercase).collect();
    let name = visible.split(':').next().unwrap_or_default().trim_end_matches([' ', '.']);
    name == ".git" || name.strip_prefix("git~").is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
