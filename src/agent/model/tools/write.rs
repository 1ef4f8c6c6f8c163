//! `write`, `delete` and `move`: whole files.

use std::io;

use serde_json::json;

use super::{Arguments, Folder, Said, Tool};
use crate::agent::model::folder::{LARGEST, said};

pub fn write_tool() -> Tool {
    Tool {
        name: "write",
        description: "Writes a whole file: a new one, or in the place of one. For a change in a file use `edit`.",
        schema: json!({"type": "object", "properties": {
            "path": {"type": "string"},
            "content": {"type": "string", "description": "The file's whole content, its last newline included."}
        }, "required": ["path", "content"]}),
    }
}

pub fn delete_tool() -> Tool {
    let properties = json!({"path": {"type": "string"}});
    let schema = json!({"type": "object", "properties": properties, "required": ["path"]});
    Tool { name: "delete", description: "Deletes a file.", schema }
}

pub fn move_tool() -> Tool {
    Tool {
        name: "move",
        description: "Moves or renames a file or a folder.",
        schema: json!({"type": "object", "properties": {"from": {"type": "string"}, "to": {"type": "string"}}, "required": ["from", "to"]}),
    }
}

pub fn write(arguments: &Arguments<'_>, folder: &Folder) -> Said {
    let path = changeable(arguments.text("path"), folder)?;
    let content = arguments.text("content");
    if content.len() as u64 > LARGEST {
        return Err(format!("the content has {} bytes; {LARGEST} are the most", content.len()));
    }
    let found = folder.metadata(&path);
    if found.as_ref().is_ok_and(|found| found.is_dir()) {
        return Err(format!("`{path}` is a folder"));
    }
    folder.write(&path, content).map_err(|error| said(&path, &error))?;
    let done = if found.is_ok() { "replaced" } else { "made" };
    Ok(format!("{done} `{path}`: {} lines", content.lines().count()))
}

pub fn delete(arguments: &Arguments<'_>, folder: &Folder, again: bool) -> Said {
    let path = changeable(arguments.text("path"), folder)?;
    match folder.delete(&path) {
        Ok(()) => Ok(format!("deleted `{path}`")),
        Err(error) if again && error.kind() == io::ErrorKind::NotFound => Ok(format!("deleted `{path}`")),
        Err(_) if folder.metadata(&path).is_ok_and(|found| found.is_dir()) => {
            Err(format!("`{path}` is a folder: delete its files one by one"))
        }
        Err(error) => Err(said(&path, &error)),
    }
}

pub fn rename(arguments: &Arguments<'_>, folder: &Folder, again: bool) -> Said {
    let (from, to) = (changeable(arguments.text("from"), folder)?, changeable(arguments.text("to"), folder)?);
    match (folder.exists(&from), folder.exists(&to)) {
        (false, true) if again => return Ok(format!("moved `{from}` to `{to}`")),
        (false, _) => return Err(format!("`{from}` does not exist")),
        (true, true) => return Err(format!("`{to}` exists already: delete it first, or choose another name")),
        (true, false) => {}
    }
    folder.rename(&from, &to).map_err(|error| said(&from, &error))?;
    Ok(format!("moved `{from}` to `{to}`"))
}

/// A path that may be changed.
pub fn changeable(path: &str, folder: &Folder) -> Result<String, String> {
    let path = Folder::plain(path)?;
    match folder.refusal(&path) {
        Some(refusal) => Err(refusal),
        None => Ok(path),
    }
}
