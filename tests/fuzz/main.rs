//! A million inputs for the readers of what people write, from fixed seeds. What each must keep is in `promises`.
//!
//! The inputs, as they are and not as one would wish: 600,000 comments of at most 12 pieces (a piece is a word, a mark, a number, a
//! fence, …), each read for answers, for orders and for what it hides; and 400,000 specifications, of which three in four are at most 12
//! pieces of Markdown and one in four is a cut of at most 10 lines from a specification in `fixtures/specs`, with lines dropped, doubled,
//! swapped and pieces put in. So the inputs are short, a few hundred bytes at most, and find wrong turns at the meeting of two or three
//! constructs; what long texts do is seen by a third test, which repeats 300 combinations of up to three pieces until they are long, and
//! prints which grew fastest (`--nocapture`; time is told and never asserted). A failing input is shrunk, and printed with its seed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

mod pieces;
mod promises;
mod random;
mod search;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use random::Random;

#[test]
fn no_comment_breaks_the_readers_of_answers_and_orders() {
    search::search("comments", 600_000, pieces::comment, promises::comment);
}

#[test]
fn no_text_breaks_the_reader_of_specifications() {
    search::search("specifications", 400_000, pieces::specification, promises::specification);
}

#[test]
fn long_texts_are_read_too_and_how_their_time_grows_is_told() {
    const SHORT: usize = 4_000;
    const TIMES_LONGER: u32 = 8;
    let readers: [Reader; 4] = [
        ("seen", |text| drop(journeyman::specification::seen(text))),
        ("specification", |text| drop(journeyman::specification::read(text))),
        ("orders", |text| drop(journeyman::workflow::command::said(text, "journeyman"))),
        ("answers", |text| drop(journeyman::workflow::answers::read(text, &promises::questions()))),
    ];
    let worst = Mutex::new((0.0, String::new()));
    search::over(300, |seed| {
        let mut random = Random::new(seed);
        let unit: String = (0..=random.below(3)).map(|_| pieces::any(&mut random)).collect();
        if unit.is_empty() {
            return;
        }
        let short = unit.repeat(SHORT / unit.len() + 1);
        let long = short.repeat(TIMES_LONGER as usize);
        promises::specification(&long).unwrap();
        promises::comment(&long).unwrap();
        for (name, read) in readers {
            // Quadratic time would be 64 times as long.
            let grew = took(read, &long).as_secs_f64() / took(read, &short).as_secs_f64().max(1e-6);
            let mut worst = worst.lock().unwrap();
            if grew > worst.0 {
                *worst = (grew, format!("{name} of {unit:?} repeated"));
            }
        }
    });
    let (grew, what) = worst.into_inner().unwrap();
    println!("a text of {TIMES_LONGER} times the length took at most {grew:.0} times as long: {what}");
}

/// A reader and its name.
type Reader = (&'static str, fn(&str));

/// How long the processor worked on it, where the system tells, as others use the machine too.
fn took(read: fn(&str), text: &str) -> Duration {
    let (began, worked) = (Instant::now(), worked());
    read(text);
    let after = self::worked();
    worked.zip(after).map_or_else(|| began.elapsed(), |(before, after)| Duration::from_nanos(after.saturating_sub(before)))
}

/// How long this thread has worked so far, in nanoseconds (proc(5), `/proc/pid/schedstat`).
fn worked() -> Option<u64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok()
}
