//! Which key was meant by one that there is not.

use super::keys::{KEYS, Key};
use super::shown;

/// What to say of a key that is none of `keys`, which stand under `under` (empty at the top).
pub fn unknown(found: &str, keys: &[Key], under: &str) -> String {
    let here = shown(&[under, found].concat());
    if let Some(key) = nearest(found, keys) {
        return format!("{here} is no key here; did you mean `{key}`?");
    }
    if let Some(place) = elsewhere(&normal(found), KEYS, "") {
        return format!("{here} is no key here; did you mean `{place}`?");
    }
    let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    format!("{here} is no key here. The keys are: {}", names.join(", "))
}

/// The key, or the word, that a few changed letters lead to: at most one in three.
pub fn nearest_of<'a>(found: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = normal(found);
    let distances = words.into_iter().map(|word| (strsim::damerau_levenshtein(&found, word), word));
    let (distance, word) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance * 3 <= found.chars().count().max(word.len()) && found.chars().count() <= 60).then_some(word)
}

fn nearest(found: &str, keys: &[Key]) -> Option<&'static str> {
    nearest_of(found, keys.iter().map(|key| key.name))
}

/// A key of exactly this name in another table, with its place.
fn elsewhere(name: &str, keys: &[Key], under: &str) -> Option<String> {
    keys.iter().find_map(|key| {
        let place = [under, key.name].concat();
        if key.name == name { Some(place) } else { elsewhere(name, key.kind.inner()?, &format!("{place}.")) }
    })
}

/// Capitals, hyphens and spaces are how others write the same.
fn normal(found: &str) -> String {
    found.trim().to_lowercase().replace(['-', ' '], "_")
}
