use super::matching::{Place, already, find, nearest};

fn replaced(text: &str, search: &str, replace: &str) -> Result<(String, &'static str), Place> {
    match find(text, search, replace) {
        Place::Once { range, with, how } => Ok((format!("{}{with}{}", &text[..range.start], &text[range.end..]), how)),
        other @ (Place::Nowhere | Place::Often(_)) => Err(other),
    }
}

#[test]
fn an_exact_text_is_replaced_where_it_stands() {
    let (text, how) = replaced("let a = 1;\nlet b = 2;\n", "b = 2", "b = 3").unwrap();
    assert_eq!((text.as_str(), how), ("let a = 1;\nlet b = 3;\n", "found exactly as written"));
    assert_eq!(replaced("aaa", "aa", "b"), Err(Place::Often(vec![1, 1])), "occurrences may overlap");
    assert_eq!(replaced("x\ny\nx\n", "x", "z"), Err(Place::Often(vec![1, 3])));
    assert_eq!(replaced("x\n", "y", "z"), Err(Place::Nowhere));
}

#[test]
fn blanks_at_the_ends_of_lines_may_differ() {
    let (text, how) = replaced("a  \nb\t\nc\n", "a\nb\n", "A\nB\n").unwrap();
    assert_eq!((text.as_str(), how), ("A\nB\nc\n", "found with other blanks at the ends of lines"));
    assert_eq!(replaced("a  \nb\t\nc", "a\nb", "A").unwrap().0, "A\nc");
    assert_eq!(replaced("a \nb\n", "a\nb\n", "").unwrap().0, "");
}

#[test]
fn line_ends_stay_as_the_file_has_them() {
    assert_eq!(replaced("a\r\nb\r\nc\r\n", "a\nb\n", "A\nB\n").unwrap().0, "A\r\nB\r\nc\r\n");
    assert_eq!(replaced("a\r\nb\r\nc\r\n", "a\nb", "A\nB").unwrap().0, "A\r\nB\r\nc\r\n");
}

#[test]
fn another_indentation_is_found_and_given_to_the_replacement() {
    let file = "impl A {\n    fn f() {\n        one();\n\n        two();\n    }\n}\n";
    let (text, how) = replaced(file, "fn f() {\n    one();\n\n    two();\n}\n", "fn f() {\n    three();\n}\n").unwrap();
    assert_eq!(text, "impl A {\n    fn f() {\n        three();\n    }\n}\n");
    assert!(how.contains("indentation"));
    let (text, _) = replaced("if x:\n\ty()\n", "if x:\n    y()", "if x:\n    z()").map_or(("none".to_owned(), ""), |found| found);
    assert_eq!(text, "none", "blanks for tabs are moved unlike from line to line");
    assert_eq!(replaced("\ta()\n\tb()\n", "    a()\n    b()", "    c()").unwrap().0, "\tc()\n");
    assert_eq!(replaced("a()\n  b()\n", "  a()\n    b()", "  a()\n    c()").unwrap().0, "a()\n  c()\n");
}

#[test]
fn an_edit_that_was_made_is_known_again() {
    assert!(already("uno\n", "one", "uno"));
    assert!(!already("one\n", "one", "uno"));
    assert!(already("a\nb\n", "a\n", "a\nb\n"), "the search text stands in its own replacement");
    assert!(!already("a\n", "a\n", "a\nb\n"));
    assert!(!already("a\nb\nx\na\n", "a\n", "a\nb\n"), "another one is still to be changed");
    assert!(already("rest\n", "gone\n", ""));
}

#[test]
fn a_text_that_is_not_there_is_answered_with_what_resembles_it() {
    let text = "fn alpha() {}\nfn compute_total(items: &[Item]) -> u64 {\n}\n";
    assert_eq!(nearest(text, "fn compute_totals(items: &[Item]) -> u32 {"), Some((2, "fn compute_total(items: &[Item]) -> u64 {".into())));
    assert_eq!(nearest(text, "completely different words"), None);
}
