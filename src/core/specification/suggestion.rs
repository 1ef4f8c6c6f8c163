//! Suggestion blocks of a reviewer's comment: the text that is to stand in the place of the lines that the comment is about.

use super::document;

/// The replacement of each block, in order; every line with its newline, nothing where the lines are to be deleted. What stands in a
/// quotation, in another block or in an HTML comment is not its author's suggestion.
pub fn suggestions(comment: &str) -> Vec<String> {
    let comment = comment.replace("\r\n", "\n");
    let fences = document::fences(&comment);
    fences.into_iter().filter(|fence| fence.closed && fence.info == "suggestion").map(|fence| fence.body).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_read_to_the_byte() {
        for (comment, expected) in [
            ("```suggestion\nlet name = 1;\n```", vec!["let name = 1;\n"]),
            ("Better:\r\n```suggestion\r\n  a\r\n\r\n  b\r\n```\r\n", vec!["  a\n\n  b\n"]),
            ("Not needed.\n```suggestion\n```", vec![""]),
            ("````suggestion\n```rust\nx\n```\n````", vec!["```rust\nx\n```\n"]),
            ("~~~suggestion\nx\n~~~", vec!["x\n"]),
            ("```suggestion\na\n```\nand\n```suggestion\nb\n```", vec!["a\n", "b\n"]),
            ("> ```suggestion\n> a\n> ```\nNo.", vec![]),
            ("````markdown\n```suggestion\na\n```\n````", vec![]),
            ("<!--\n```suggestion\na\n```\n-->", vec![]),
            ("```suggestion\nwithout an end", vec![]),
            ("```suggestions\na\n```", vec![]),
            ("``suggestion``", vec![]),
        ] {
            assert_eq!(suggestions(comment), expected, "{comment}");
        }
    }
}
