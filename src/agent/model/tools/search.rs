//! `search`: ripgrep's own libraries over the checkout.

use globset::{GlobBuilder, GlobMatcher};
use grep_regex::RegexMatcherBuilder;
use grep_searcher::sinks::Lossy;
use grep_searcher::{BinaryDetection, SearcherBuilder};
use serde_json::json;

use super::list::walk;
use super::{Arguments, Folder, Said, Tool};
use crate::agent::model::folder::{Content, said};

/// Lines that are shown, and characters of each.
const MOST: usize = 200;
const LINE: usize = 300;

pub fn tool() -> Tool {
    Tool {
        name: "search",
        description: "Searches the lines of all files for a regular expression (Rust's syntax; a capital letter in it makes the case matter). \
                      Files that .gitignore names and binary files are left out. Answers path:line: text.",
        schema: json!({"type": "object", "properties": {
            "pattern": {"type": "string", "description": "A regular expression."},
            "path": {"type": "string", "description": "Only below this folder, or in this file."},
            "glob": {"type": "string", "description": "Only files whose path matches, as **/*.rs."}
        }, "required": ["pattern"]}),
    }
}

pub fn search(arguments: &Arguments<'_>, folder: &Folder) -> Said {
    let path = Folder::plain_folder(arguments.text("path"))?;
    folder.metadata(&path).map_err(|error| said(&path, &error))?;
    let pattern = arguments.text("pattern");
    let matcher = RegexMatcherBuilder::new().case_smart(true).line_terminator(Some(b'\n')).build(pattern);
    let matcher = matcher.map_err(|error| format!("`pattern` is no regular expression: {error}. Escape what is meant literally"))?;
    let glob = glob(arguments.text("glob"))?;
    let mut searcher = SearcherBuilder::new().binary_detection(BinaryDetection::quit(b'\0')).line_number(true).build();
    let (mut shown, mut more) = (Vec::new(), 0);
    for entry in walk(folder, &path).build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file())) {
        let Some(name) = entry.path().strip_prefix(folder.root()).ok().and_then(|name| name.to_str()) else { continue };
        if glob.as_ref().is_some_and(|glob| !glob.is_match(name)) {
            continue;
        }
        let Ok(Content::Text(text)) = folder.read(name) else { continue };
        let sink = Lossy(|number, line| {
            if shown.len() < MOST {
                shown.push(format!("{name}:{number}: {}", line.trim_end().chars().take(LINE).collect::<String>()));
            } else {
                more += 1;
            }
            Ok(true)
        });
        searcher.search_slice(&matcher, text.as_bytes(), sink).map_err(|error| format!("`{name}` cannot be searched: {error}"))?;
    }
    if shown.is_empty() {
        return Ok("nothing found".to_owned());
    }
    let rest = if more > 0 { format!("\n… and {more} more lines: narrow the search.") } else { String::new() };
    Ok(format!("{}{rest}", super::fenced("lines found", &shown.join("\n"))))
}

fn glob(glob: &str) -> Result<Option<GlobMatcher>, String> {
    if glob.trim().is_empty() {
        return Ok(None);
    }
    // A name without a folder is meant in any folder.
    let anywhere = if glob.contains('/') { glob.to_owned() } else { format!("**/{glob}") };
    let built = GlobBuilder::new(&anywhere).literal_separator(true).build();
    built.map(|glob| Some(glob.compile_matcher())).map_err(|error| format!("`glob` cannot be read: {error}"))
}
