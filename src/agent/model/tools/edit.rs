//! `edit`: a text in a file, replaced. It must stand there exactly once.

use serde_json::json;

use super::matching::{self, Place};
use super::write::changeable;
use super::{Arguments, Folder, Said, Tool};
use crate::agent::model::folder::{Content, said};

pub fn tool() -> Tool {
    Tool {
        name: "edit",
        description: "Replaces a text in a file. `search` must stand in the file exactly once: copy enough whole lines to make it unique, without the \
                      line numbers that `read` shows. If it is not found as written, trailing blanks and then indentation are allowed to differ.",
        schema: json!({"type": "object", "properties": {
            "path": {"type": "string"},
            "search": {"type": "string", "description": "The text as it is now."},
            "replace": {"type": "string", "description": "The text that takes its place; empty to delete."}
        }, "required": ["path", "search", "replace"]}),
    }
}

pub fn edit(arguments: &Arguments<'_>, folder: &Folder, again: bool) -> Said {
    let path = changeable(arguments.text("path"), folder)?;
    let (search, replace) = (arguments.text("search"), arguments.text("replace"));
    if search.is_empty() {
        return Err("`search` is empty: copy the lines that are to change, or use `write` for a new file".to_owned());
    }
    if search == replace {
        return Err("`search` and `replace` are the same: nothing would change".to_owned());
    }
    let text = match folder.read(&path).map_err(|error| said(&path, &error))? {
        Content::Text(text) => text,
        Content::Binary(_) => return Err(format!("`{path}` is a binary file")),
        Content::TooLarge(size) => return Err(format!("`{path}` has {size} bytes, too many to edit")),
    };
    if again && matching::already(&text, search, replace) {
        return Ok(format!("edited `{path}`"));
    }
    match matching::find(&text, search, replace) {
        Place::Once { range, with, how } => {
            let (before, after) = (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
            folder.write(&path, &format!("{before}{with}{after}")).map_err(|error| said(&path, &error))?;
            let line = before.matches('\n').count() + 1;
            Ok(format!("edited `{path}` at line {line} ({how})"))
        }
        Place::Often(lines) => {
            let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            Err(format!(
                "`search` stands in `{path}` more than once, at lines {}: copy more lines around the one that is meant",
                lines.join(", ")
            ))
        }
        Place::Nowhere if !replace.trim().is_empty() && text.contains(replace) => {
            Ok(format!("nothing to do: `search` is not in `{path}`, and `replace` is there already"))
        }
        Place::Nowhere => Err(match matching::nearest(&text, search) {
            Some((line, found)) => format!(
                "`search` is not in `{path}`. Nearest is line {line}: {}\nRead the lines around it and copy them exactly",
                super::fenced("the line", &found)
            ),
            None => format!("`search` is not in `{path}`, nor any line of it: read the file first"),
        }),
    }
}
