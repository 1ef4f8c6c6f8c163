use std::collections::BTreeSet;

use super::*;

const ISSUE: &str = "The greeter is rude, e.g. it says nothing. It should **say hello** to everybody! Don't\nuse colours.\n\n\
    - Add `--name NAME`. Empty names are errors\n- Update the manual\n\n> quoted by somebody: you must not\n\n```sh\n# run\ngreet\n```\n\n\
    ## Steps to reproduce\n\nRun `greet`.\n\n## Out of scope\n\n- Add languages\n\n| a | should |\n";

fn texts(text: &str) -> Vec<(String, usize, bool)> {
    sentences(text).into_iter().map(|sentence| (sentence.text, sentence.line, sentence.asks)).collect()
}

#[test]
fn a_text_is_its_sentences_with_their_lines_and_whether_they_ask_for_something() {
    let expected = [
        ("The greeter is rude, e.g. it says nothing.", 1, false),
        ("It should **say hello** to everybody!", 1, true),
        ("Don't use colours.", 1, false),
        ("Add `--name NAME`.", 4, true),
        ("Empty names are errors", 4, false),
        ("Update the manual", 5, true),
        ("quoted by somebody: you must not", 7, false),
        ("# run\ngreet\n", 10, false),
        ("Steps to reproduce", 14, false),
        ("Run `greet`.", 16, false),
        ("Out of scope", 18, false),
        ("Add languages", 20, false),
        ("| a | should |", 22, false),
    ];
    assert_eq!(texts(ISSUE), expected.map(|(text, line, asks)| (text.to_owned(), line, asks)));
}

#[test]
fn one_thing_a_line_without_a_mark_is_one_sentence_each() {
    let found = texts("Add a flag\nRemove the old one\nwhich nobody uses");
    assert_eq!(found, [("Add a flag".into(), 1, true), ("Remove the old one which nobody uses".into(), 2, true)]);
    assert_eq!(texts("增加选项。需要测试。").len(), 2);
}

#[test]
fn a_quotation_is_found_however_it_was_copied_and_answers_whole_sentences() {
    let all = sentences(ISSUE);
    let quoted = Quoted::of(&all);
    let found = |text: &str| quoted.find(text, &BTreeSet::new());
    assert_eq!(found("it should say  hello to\neverybody"), Ok(vec![1]));
    assert_eq!(found("use colours."), Err("is too short to tell which sentence is meant: quote the whole sentence"));
    assert_eq!(found("Don’t use colours"), Ok(vec![2]), "what was meant, and not its opposite");
    assert_eq!(found("t use colours"), Err("does not stand in the issue"), "no word is cut");
    assert_eq!(found("- Update the manual."), Ok(vec![5]));
    assert_eq!(found("“Add --name NAME. Empty names are errors.”\n- update the manual"), Ok(vec![3, 4, 5]));
    assert_eq!(found("# run\ngreet"), Ok(vec![7]));
    assert_eq!(found("Add a greeting for cats."), Err("does not stand in the issue"));
    assert_eq!(found("* _ *"), Err("says nothing"));
}

#[test]
fn what_stands_twice_is_found_where_it_is_not_used_yet() {
    let all = sentences("Log the error.\n\nLog the error.\n");
    let quoted = Quoted::of(&all);
    assert_eq!(quoted.find("log the error", &BTreeSet::from([0])), Ok(vec![1]));
    assert_eq!(quoted.find("log the error", &BTreeSet::from([0, 1])), Ok(vec![0]));
}
