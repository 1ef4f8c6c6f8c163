//! Blocks that name a file and stand for it only in part: `// … existing code …`, `# paste the handler here`.
//!
//! Written as they stand they would destroy the file, so they are no exact edits. A text about code (Markdown and the like) may
//! show such a line as its content and is taken as it is.

/// What opens a comment in the languages people write.
const COMMENT: [&str; 9] = ["//", "#", "--", "/*", "<!--", ";", "%", "{/*", "\"\"\""];
/// What a skeleton's comment says of the part that it leaves out.
const LEFT_OUT: [&str; 10] =
    ["existing", "unchanged", "rest of", "remaining", "same as before", "as before", "previous code", "other methods", "omitted", "keep "];

/// The 1-based line within `content` at which something is left out, if there is one.
pub fn skeleton_line(path: &str, content: &str) -> Option<usize> {
    let prose = [".md", ".mdx", ".rst", ".txt", ".adoc", ".patch", ".diff"];
    if prose.iter().any(|ending| path.to_ascii_lowercase().ends_with(ending)) {
        return None;
    }
    content.lines().position(leaves_out).map(|at| at + 1)
}

fn leaves_out(line: &str) -> bool {
    let line = line.trim();
    let bare = line.strip_prefix("...").or_else(|| line.strip_prefix('…'));
    let Some(said) = COMMENT.iter().find_map(|mark| line.strip_prefix(mark)).or(bare) else {
        return false;
    };
    let said = said.trim().trim_end_matches("*/").trim_end_matches("*/}").trim_end_matches("-->").trim();
    let dotted = bare.is_some() || said.starts_with("...") || said.starts_with('…') || said.starts_with("[...");
    let ends_dotted = said.ends_with("...") || said.ends_with('…') || said.ends_with("...]");
    let low = said.to_lowercase();
    let words = low.split_whitespace().count();
    let leaves = LEFT_OUT.iter().any(|word| low.contains(word));
    let paste = low.starts_with("paste ") && low.contains(" here");
    ((dotted || (ends_dotted && words <= 8)) && leaves && words <= 14) || (paste && words <= 14)
}
