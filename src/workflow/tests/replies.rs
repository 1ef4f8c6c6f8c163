//! How answers are read out of comments.

use super::sample::{gap, login, optional};
use crate::domain::Untrusted;
use crate::workflow::answers::{self, Answers, Matched, Unmatched, Why};
use crate::workflow::{Answer, Question};

const ASKED: [&str; 3] = ["Which greeting should be used for people?", "Is the limit per user or per team?", "Should old names be kept?"];

fn questions(asked: &[&str]) -> Vec<Question> {
    let question = |(at, asked): (usize, &&str)| Question { number: at + 1, gap: gap(asked), answer: None, settled: false, step: None };
    asked.iter().enumerate().map(question).collect()
}

fn read(comment: &str) -> Answers {
    answers::read(comment, &questions(&ASKED))
}

fn matched(answers: Answers) -> Vec<(usize, String)> {
    assert_eq!(answers.unmatched, [], "{:?}", answers.matched);
    answers.matched.into_iter().map(|matched| (matched.question, matched.text)).collect()
}

fn given(pairs: &[(usize, &str)]) -> Vec<(usize, String)> {
    pairs.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
}

#[test]
fn answers_are_recognised_as_people_number_them() {
    for text in [
        "2: yes",
        "2. yes",
        "2) yes",
        "Q2: yes",
        "**2**: yes",
        "**2.** yes",
        "**2:** yes",
        "- 2: yes",
        "#2: yes",
        "#2 yes",
        "2:yes",
        "q2 - yes",
        "２：yes",
        "Question 2: yes",
        "Answer 2: yes",
        "re 2: yes",
        "2 - yes",
        "2 — yes",
        "__2)__ yes",
        "  2. yes",
        "2:\nyes",
        "2:\r\n\r\nyes\r\n",
        "2: yes\n\n-- \nAda",
        "2: yes\n\nSent from my phone",
        "2: yes\n\nOn Mon, Nov 23, 2026, Bot wrote:\n\n> 1: a\n> 2: b",
        "<!-- x -->\n2: yes",
        "2: yes\n\nOn Mon, Nov 23, 2026 at 10:00 Bot\n<bot@example.com> wrote:\n> 1: a",
        "2: yes\n\n-----Original Message-----\nFrom: Bot\n1: a",
    ] {
        assert_eq!(matched(read(text)), given(&[(2, "yes")]), "{text:?}");
    }
}

#[test]
fn one_comment_may_answer_several_questions() {
    for (text, expected) in [
        ("1: yes,\nper user\n\n3: no", given(&[(1, "yes,\nper user"), (3, "no")])),
        ("1 and 3: yes", given(&[(1, "yes"), (3, "yes")])),
        ("1, 2 & 3: yes", given(&[(1, "yes"), (2, "yes"), (3, "yes")])),
        ("1-3: yes", given(&[(1, "yes"), (2, "yes"), (3, "yes")])),
        ("Q1 to Q3: x", given(&[(1, "x"), (2, "x"), (3, "x")])),
        ("all: yes", given(&[(1, "yes"), (2, "yes"), (3, "yes")])),
        ("Yes to all", given(&[(1, "Yes to all"), (2, "Yes to all"), (3, "Yes to all")])),
        ("1. a\n2. b\n3. c", given(&[(1, "a"), (2, "b"), (3, "c")])),
        ("1: do\n   1. a\n   2. b\n2: x", given(&[(1, "do\n   1. a\n   2. b"), (2, "x")])),
        ("1: do\n7. a\n8. b", given(&[(1, "do\n7. a\n8. b")])),
        ("1: so\n```\n2: code\n\n```\n2: x", given(&[(1, "so\n```\n2: code\n\n```"), (2, "x")])),
        (
            "> 1. **Line 7:** Which greeting should be used for people?\n\nHello\n\n> Is the limit per user\n> or per\n\nper team",
            given(&[(1, "Hello"), (2, "per team")]),
        ),
        ("> Should old names be kept?\n1: a", given(&[(1, "a")])),
        ("> Which greeting should be used for people?\n\n1: Hello", given(&[(1, "Hello")])),
        ("1: as Bob says\n> per user\n\nso be it", given(&[(1, "as Bob says\n> per user\n\nso be it")])),
    ] {
        let read = read(text);
        let found: Vec<_> = read.matched.into_iter().map(|matched| (matched.question, matched.text)).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn what_answers_nothing_is_told_with_the_reason() {
    for (text, why) in [
        ("yes", Why::SeveralOpen),
        ("2.5 seconds", Why::SeveralOpen),
        ("10:30 is fine", Why::SeveralOpen),
        ("#12 has the same", Why::SeveralOpen),
        ("> 2: yes\n\nI agree", Why::SeveralOpen),
        ("4: yes", Why::NoSuchQuestion(4)),
        ("4. yes", Why::NoSuchQuestion(4)),
        ("2:", Why::Empty(2)),
        ("2: what do you mean?", Why::AsksBack(Some(2))),
        ("What do you mean by that?", Why::AsksBack(None)),
        ("thanks, will look", Why::Aside),
        ("\u{1f44d}", Why::Aside),
    ] {
        let read = read(text);
        assert_eq!(read.matched, [], "{text:?}");
        assert_eq!(read.unmatched.into_iter().map(|part| part.why).collect::<Vec<_>>(), [why], "{text:?}");
    }
    for text in ["", "/journeyman retry", "> 2: yes", "\n\n", "-- \nAda", "<!-- 2: yes -->"] {
        let found = read(text);
        assert!(
            found.matched.is_empty() && found.unmatched.iter().all(|part| part.why == Why::Aside || text.starts_with('-')),
            "{text:?}: {found:?}"
        );
    }
    let found = read("Thanks for asking!\n\n2: yes\n/journeyman proceed\nBye.");
    let expected = Answers {
        matched: vec![Matched { question: 2, text: "yes".into(), again: false }],
        unmatched: ["Thanks for asking!", "Bye."].map(|text| Unmatched { why: Why::Aside, text: text.into() }).into(),
    };
    assert_eq!(found, expected);
}

#[test]
fn free_prose_answers_the_only_question_that_is_open() {
    let mut one = questions(&ASKED[..1]);
    one.push(Question { number: 2, gap: optional("And then?"), answer: None, settled: false, step: None });
    for text in [
        "I would say Hello.\n\nNothing else.",
        "Per user? Yes.",
        "ok",
        "1.5 seconds",
        "2026 is fine",
        "thanks, per user please",
        "1) a\n\n9) b",
    ] {
        let found = answers::read(text, &one);
        assert_eq!((found.matched.len(), found.matched[0].question), (1, 1), "{text:?}: {found:?}");
    }
    for text in ["What do you mean by that?", "Which one?\nAnd why?", "Thanks!", "\u{1f389}\u{1f44d}", "hm, will think about it", "> Hello"]
    {
        assert_eq!(answers::read(text, &one).matched, [], "{text:?}");
    }
    assert_eq!(answers::read("Do this:\n\n4. a\n5. b", &one).matched[0].text, "Do this:\n\n4. a\n5. b");
    assert_eq!(answers::read("> I like Hello\n\nSo do I", &one).matched[0].text, "So do I");
    one[0].gap.blocking = false;
    assert_eq!(answers::read("Looks good", &one).unmatched[0].why, Why::Aside);
}

#[test]
fn a_change_of_mind_and_a_settled_question_are_told_apart() {
    let mut asked = questions(&ASKED);
    asked[0].answer = Some(Answer { by: login("ada"), text: Untrusted::new("Hello") });
    asked[1].settled = true;
    let found = answers::read("1: Good day\n2: both\n3: no", &asked);
    let again = |question: usize, text: &str, again: bool| Matched { question, text: text.into(), again };
    assert_eq!(found.matched, [again(1, "Good day", true), again(3, "no", false)]);
    assert_eq!(found.unmatched, [Unmatched { why: Why::Settled(2), text: "both".into() }]);
    assert_eq!(answers::read("all: yes", &asked).matched, [again(3, "yes", false)]);
}
