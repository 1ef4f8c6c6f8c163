//! `read`: a file, or a part of it, with the numbers of its lines.

use serde_json::json;

use super::{Arguments, Folder, Said, Tool};
use crate::agent::model::folder::{Content, said};

/// Lines and bytes that are shown at once, and bytes of one line.
const LINES: usize = 800;
const BYTES: usize = 40_000;
const LINE: usize = 2_000;

pub fn tool() -> Tool {
    Tool {
        name: "read",
        description: "Reads a file. Each line is shown with its number and a tab, which are not part of the file. Long files are read in parts.",
        schema: json!({"type": "object", "properties": {
            "path": {"type": "string", "description": "Relative to the repository's root."},
            "from": {"type": "integer", "description": "The first line; 1 if left out."},
            "lines": {"type": "integer", "description": "How many lines; as many as can be shown if left out."}
        }, "required": ["path"]}),
    }
}

pub fn read(arguments: &Arguments<'_>, folder: &Folder) -> Said {
    let path = Folder::plain(arguments.text("path"))?;
    if folder.metadata(&path).is_ok_and(|found| found.is_dir()) {
        return Err(format!("`{path}` is a folder: use `list`"));
    }
    let text = match folder.read(&path).map_err(|error| said(&path, &error))? {
        Content::Text(text) => text,
        Content::Binary(size) => return Ok(format!("`{path}` is a binary file of {size} bytes; it cannot be shown.")),
        Content::TooLarge(size) => {
            return Ok(format!("`{path}` has {size} bytes, too many to read: search in it."));
        }
    };
    let number = |name: &str| arguments.number(name).and_then(|number| usize::try_from(number).ok());
    let (from, most) = (number("from").unwrap_or(1).max(1), number("lines").unwrap_or(LINES).clamp(1, LINES));
    let all = text.lines().count();
    if text.is_empty() {
        return Ok(format!("`{path}` is empty."));
    }
    if from > all {
        return Err(format!("`{path}` has {all} lines; there is no line {from}"));
    }
    let mut shown = String::new();
    let mut last = from - 1;
    for (at, line) in text.lines().enumerate().skip(from - 1).take(most) {
        if shown.len() + line.len().min(LINE) > BYTES {
            break;
        }
        let cut: String =
            if line.len() > LINE { line.chars().take(LINE).chain("… (line cut)".chars()).collect() } else { line.to_owned() };
        shown.push_str(&format!("{}\t{cut}\n", at + 1));
        last = at + 1;
    }
    let rest = if last < all { format!("\nLines {from} to {last} of {all}; read on with \"from\": {}.", last + 1) } else { String::new() };
    let ending = if last == all && !text.ends_with('\n') { "\nThe file does not end in a newline." } else { "" };
    Ok(format!("{}{rest}{ending}", super::fenced(&path, shown.trim_end_matches('\n'))))
}
