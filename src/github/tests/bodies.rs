use std::borrow::Cow;

use proptest::prelude::*;

use super::super::body::{LIMIT, fit};

#[test]
fn what_fits_is_not_touched() {
    let text = "ä".repeat(LIMIT);
    assert!(matches!(fit(&text, LIMIT), Cow::Borrowed(same) if same == text));
}

#[test]
fn what_is_too_long_is_cut_at_a_line_and_says_so() {
    let text = "one line of text\n".repeat(5000);
    let fitted = fit(&text, LIMIT);
    assert!(fitted.chars().count() <= LIMIT);
    assert!(fitted.ends_with("one line of text\n\n*Cut here: the text is longer than GitHub allows.*\n"));
}

#[test]
fn an_open_fence_and_open_details_are_closed() {
    let text = format!("<details><summary>Log</summary>\n\n````text\n```\n{}", "noise\n".repeat(200));
    let fitted = fit(&text, 500);
    assert!(fitted.chars().count() <= 500);
    assert!(fitted.contains("noise\n````\n\n</details>\n\n*Cut here"), "{fitted}");
}

#[test]
fn half_a_hidden_comment_is_left_out() {
    let text = format!("Visible.\n{}\n<!-- hidden {}", "More.\n".repeat(20), "h".repeat(1000));
    let fitted = fit(&text, 300);
    assert!(!fitted.contains("<!--") && fitted.starts_with("Visible."), "{fitted}");
}

#[test]
fn one_endless_line_is_cut_within() {
    let brackets = "[".repeat(100_000);
    let fitted = fit(&brackets, LIMIT);
    assert!(fitted.chars().count() <= LIMIT && fitted.chars().count() > LIMIT - 100);
}

proptest! {
    #[test]
    fn nothing_is_ever_longer_than_the_limit(text in "(```|~~~~|<details>|<!--|-->|\n|ä|x| ){0,400}", limit in 0_usize..300) {
        let length = fit(&text, limit).chars().count();
        prop_assert!(length <= limit);
    }
}
