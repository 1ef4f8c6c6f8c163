//! What became of a specification's steps in a later version of it: unchanged wherever they stand, changed, new, or gone.

use std::collections::BTreeSet;

use super::Step;

/// Two steps that share at least this part of their words are one step, rewritten.
const ALIKE: f64 = 0.5;
/// The same where they have one number, too.
const ALIKE_AND_NUMBERED: f64 = 0.25;

/// What a step of the later version is to the earlier one; steps of that count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The same words, whatever its number and its place.
    Same(usize),
    Changed(usize),
    New,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// One for each step of the later version.
    pub fates: Vec<Fate>,
    /// Steps of the earlier version that the later one lacks.
    pub removed: Vec<usize>,
}

impl Comparison {
    /// Whether every step is there, unchanged and in its place.
    pub fn is_same(&self) -> bool {
        self.removed.is_empty() && self.fates.iter().enumerate().all(|(at, fate)| *fate == Fate::Same(at))
    }

    /// Where an earlier step stands now, and whether its words are the same.
    pub fn now(&self, before: usize) -> Option<(usize, bool)> {
        self.fates.iter().enumerate().find_map(|(at, fate)| match fate {
            Fate::Same(from) if *from == before => Some((at, true)),
            Fate::Changed(from) if *from == before => Some((at, false)),
            Fate::Same(_) | Fate::Changed(_) | Fate::New => None,
        })
    }
}

/// Compares step by step. Equal words first, then equal titles, then what is most alike; each step is matched once.
pub fn compare(before: &[Step], after: &[Step]) -> Comparison {
    let earlier: Vec<Words> = before.iter().map(Words::of).collect();
    let later: Vec<Words> = after.iter().map(Words::of).collect();
    let mut matching = Matching { fates: vec![None; after.len()], taken: vec![false; before.len()] };
    let same = |at: usize, from: usize| later[at].text == earlier[from].text;
    // Of several with equal words, the one with the same number is meant.
    matching.by(|at, from| same(at, from) && after[at].number == before[from].number, Fate::Same);
    matching.by(same, Fate::Same);
    matching.by(|at, from| later[at].title == earlier[from].title && !later[at].title.is_empty(), Fate::Changed);
    let mut alike: Vec<(f64, usize, usize)> = Vec::new();
    for at in (0..after.len()).filter(|at| matching.fates[*at].is_none()) {
        for from in (0..before.len()).filter(|from| !matching.taken[*from]) {
            let share = later[at].share(&earlier[from]);
            let needed = if after[at].number == before[from].number { ALIKE_AND_NUMBERED } else { ALIKE };
            if share >= needed {
                alike.push((share, at, from));
            }
        }
    }
    alike.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)).then(one.2.cmp(&other.2)));
    for (_, at, from) in alike {
        matching.take(at, from, Fate::Changed);
    }
    let removed = (0..before.len()).filter(|from| !matching.taken[*from]).collect();
    Comparison { fates: matching.fates.into_iter().map(|fate| fate.unwrap_or(Fate::New)).collect(), removed }
}

struct Matching {
    fates: Vec<Option<Fate>>,
    taken: Vec<bool>,
}

impl Matching {
    fn by(&mut self, is_match: impl Fn(usize, usize) -> bool, fate: impl Fn(usize) -> Fate) {
        for at in 0..self.fates.len() {
            if self.fates[at].is_none()
                && let Some(from) = (0..self.taken.len()).find(|from| !self.taken[*from] && is_match(at, *from))
            {
                self.take(at, from, &fate);
            }
        }
    }

    fn take(&mut self, at: usize, from: usize, fate: impl Fn(usize) -> Fate) {
        if self.fates[at].is_none() && !self.taken[from] {
            self.fates[at] = Some(fate(from));
            self.taken[from] = true;
        }
    }
}

/// What a step says, without how it is laid out. Code counts to the byte.
struct Words {
    title: String,
    text: String,
    set: BTreeSet<String>,
}

impl Words {
    fn of(step: &Step) -> Self {
        let title = step.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let edits = if step.edits.is_empty() { String::new() } else { step.instructions.clone() };
        let words: Vec<&str> = step.title.split_whitespace().chain(step.instructions.split_whitespace()).collect();
        let text = format!("{}\n{edits}", words.join(" "));
        let set = words.iter().map(|word| word.trim_matches(|c: char| c.is_ascii_punctuation()).to_lowercase()).filter(|w| !w.is_empty());
        Self { title, set: set.collect(), text }
    }

    /// The part of all words that both have, from 0 to 1.
    fn share(&self, other: &Words) -> f64 {
        let all = self.set.union(&other.set).count();
        #[expect(clippy::cast_precision_loss, reason = "a step has far fewer words than a double counts")]
        let part = |common: usize| common as f64 / all as f64;
        if all == 0 { 0.0 } else { part(self.set.intersection(&other.set).count()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        crate::specification::read(text).specification.steps
    }

    const THREE: &str = "## Steps\n\n1. Add a `Greeter` in `src/greeter.rs` that says hello\n2. Call it from `src/main.rs` with the first argument\n\
                         3. Write down in `README.md` how people are greeted\n";

    fn fates(after: &str) -> (Vec<Fate>, Vec<usize>) {
        let Comparison { fates, removed } = compare(&steps(THREE), &steps(after));
        (fates, removed)
    }

    #[test]
    fn another_layout_changes_nothing() {
        let laid_out = THREE.replace("\n2.", "\n\n2.").replace("## Steps", "Some words.\n\n## Steps");
        assert_eq!(fates(&laid_out), (vec![Fate::Same(0), Fate::Same(1), Fate::Same(2)], vec![]));
        assert!(compare(&steps(THREE), &steps(&laid_out)).is_same());
    }

    #[test]
    fn a_step_keeps_its_identity_when_it_moves_or_gets_another_number() {
        let moved = "## Steps\n\n1. Call it from `src/main.rs` with the first argument\n2. Add a `Greeter` in `src/greeter.rs` that says hello\n\
                     3. Write down in `README.md` how people are greeted\n";
        assert_eq!(fates(moved), (vec![Fate::Same(1), Fate::Same(0), Fate::Same(2)], vec![]));
        let inserted = THREE.replace("3. Write", "3. Log each greeting in `src/log.rs` at level info\n4. Write");
        assert_eq!(fates(&inserted), (vec![Fate::Same(0), Fate::Same(1), Fate::New, Fate::Same(2)], vec![]));
        assert!(!compare(&steps(THREE), &steps(&inserted)).is_same());
    }

    #[test]
    fn a_rewritten_step_is_a_changed_one_and_a_missing_one_is_gone() {
        let rewritten = THREE.replace("says hello", "says good morning");
        assert_eq!(fates(&rewritten), (vec![Fate::Changed(0), Fate::Same(1), Fate::Same(2)], vec![]));
        let gone =
            "## Steps\n\n1. Add a `Greeter` in `src/greeter.rs` that says hello\n2. Write down in `README.md` how people are greeted\n";
        assert_eq!(fates(gone), (vec![Fate::Same(0), Fate::Same(2)], vec![1]));
        let other = THREE.replace("Call it from `src/main.rs` with the first argument", "Delete `old.txt`");
        assert_eq!(fates(&other), (vec![Fate::Same(0), Fate::New, Fate::Same(2)], vec![1]));
    }

    #[test]
    fn white_space_in_code_is_a_change() {
        let code = |indent: &str| format!("## Step 1: Add it\n\n`a.py`:\n\n```python\nif x:\n{indent}pass\n```\n");
        assert_eq!(compare(&steps(&code("    ")), &steps(&code("  "))).fates, [Fate::Changed(0)]);
        assert_eq!(compare(&steps(&code("    ")), &steps(&code("    "))).fates, [Fate::Same(0)]);
    }

    #[test]
    fn of_twins_each_is_matched_once() {
        let twins = "## Steps\n\n1. Run the formatter over `src/a.rs`\n2. Run the formatter over `src/a.rs`\n";
        assert_eq!(compare(&steps(twins), &steps(twins)).fates, [Fate::Same(0), Fate::Same(1)]);
        let one = "## Steps\n\n1. Run the formatter over `src/a.rs`\n";
        assert_eq!(compare(&steps(twins), &steps(one)), Comparison { fates: vec![Fate::Same(0)], removed: vec![1] });
    }
}
