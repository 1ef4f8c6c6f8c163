//! Many inputs on all cores, and the smallest that fails.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{available_parallelism, scope};

use crate::random::Random;

/// Does something for every number below `count`, on all cores.
pub fn over(count: u64, each: impl Fn(u64) + Sync) {
    let next = AtomicU64::new(0);
    let workers = available_parallelism().map_or(2, |n| n.get());
    scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        break;
                    }
                    each(seed);
                }
            });
        }
    });
}

/// Makes `count` inputs and checks each. Panics with the smallest failing input that it finds.
pub fn search(name: &str, count: u64, make: fn(&mut Random) -> String, check: fn(&str) -> Result<(), String>) {
    let began = std::time::Instant::now();
    let first = AtomicU64::new(u64::MAX);
    let bytes = AtomicU64::new(0);
    over(count, |seed| {
        if first.load(Ordering::Relaxed) != u64::MAX {
            return;
        }
        let input = make(&mut Random::new(seed));
        bytes.fetch_add(input.len() as u64, Ordering::Relaxed);
        if complaint(&input, check).is_some() {
            first.fetch_min(seed, Ordering::Relaxed);
        }
    });
    let seed = first.into_inner();
    println!("{name}: {count} inputs, {} bytes each in the middle, {:?}", bytes.into_inner() / count.max(1), began.elapsed());
    if seed != u64::MAX {
        let input = make(&mut Random::new(seed));
        let hook = take_hook();
        set_hook(Box::new(|_| {}));
        let small = shrink(input.clone(), |input| complaint(input, check).is_some());
        let why = complaint(&small, check).unwrap_or_default();
        set_hook(hook);
        panic!("{name}: {why}\nseed {seed}, shrunk: {small:?}\nas it was made: {input:?}");
    }
}

/// What is wrong with the reading of an input: a broken promise, or the words of a panic.
fn complaint(input: &str, check: fn(&str) -> Result<(), String>) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(|| check(input))) {
        Ok(result) => result.err(),
        Err(panic) => {
            let words = panic.downcast_ref::<String>().cloned();
            Some(words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned())).unwrap_or_else(|| "a panic".into()))
        }
    }
}

/// Takes out halves, quarters and so on, of lines and then of characters, as long as what is left still fails.
fn shrink(input: String, fails: impl Fn(&str) -> bool) -> String {
    let lines: Vec<String> = input.split_inclusive('\n').map(str::to_owned).collect();
    let lines = shorten(lines, &|parts| fails(&parts.concat()));
    let chars: Vec<String> = lines.concat().chars().map(String::from).collect();
    shorten(chars, &|parts| fails(&parts.concat())).concat()
}

fn shorten(mut parts: Vec<String>, fails: &dyn Fn(&[String]) -> bool) -> Vec<String> {
    let mut length = parts.len().div_ceil(2);
    while length > 0 {
        let mut at = 0;
        let mut shorter = false;
        while at < parts.len() {
            let mut less = parts.clone();
            less.drain(at..(at + length).min(parts.len()));
            if fails(&less) {
                parts = less;
                shorter = true;
            } else {
                at += length;
            }
        }
        if !(shorter && length == 1) {
            length /= 2;
        }
    }
    parts
}

#[test]
fn a_panic_and_a_broken_promise_are_found_and_shrunk() {
    let broken: fn(&str) -> Result<(), String> = |text| if text.contains("ab") { Err("ab".into()) } else { Ok(()) };
    assert_eq!(complaint("xaby", broken), Some("ab".into()));
    assert_eq!(shrink("one\nxxabxx\ntwo".into(), |text| complaint(text, broken).is_some()), "ab");
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let found = complaint("é", |text| Err(text[1..].to_owned()));
    set_hook(hook);
    assert!(found.unwrap().contains("char boundary"));
}
