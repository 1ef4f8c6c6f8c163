//! What a transcript's answers and the time between them cost, told to whoever keeps the books. A charge has the same name whenever it is told.

use sha2::{Digest as _, Sha256};

use super::budget::{Budget, Charge};
use super::transcript::{Entry, Transcript};
use crate::domain::Spent;

/// Tells everything of a transcript that was opened again, for books that may not have heard of the last ones.
pub fn recharge(transcript: &Transcript, budget: &Budget) {
    charges(transcript).for_each(|charge| budget.charge(charge));
}

/// Tells the newest of them.
pub fn charge_last(transcript: &Transcript, budget: &Budget) {
    if let Some(charge) = charges(transcript).last() {
        budget.charge(charge);
    }
}

fn charges(transcript: &Transcript) -> impl Iterator<Item = Charge> {
    paid(transcript).map(|(line, model, spent)| Charge { name: name(transcript, line), model: model.to_owned(), spent })
}

/// The name of what a line (from 1) of a transcript cost.
pub fn name(transcript: &Transcript, line: usize) -> String {
    format!("{}#{line}", transcript.path().display())
}

/// Each line that was paid for, with its number from 1.
fn paid(transcript: &Transcript) -> impl Iterator<Item = (usize, &str, Spent)> {
    let began = transcript.entries().find_map(|entry| if let Entry::Began { by, .. } = entry { Some(by.as_str()) } else { None });
    transcript.entries().enumerate().filter_map(move |(at, entry)| match entry {
        // Nobody's answer: it counts as the time of whoever was set to work.
        Entry::Elapsed { millis } => Some((at + 1, began.unwrap_or_default(), Spent { millis: *millis, ..Spent::default() })),
        Entry::Replied(reply) => Some((at + 1, reply.model.as_str(), reply.spent)),
        Entry::Reviewed { model, spent, .. } => Some((at + 1, model.as_str(), *spent)),
        Entry::Began { .. } | Entry::System(_) | Entry::Told(_) | Entry::Results(_) => None,
        Entry::Update { .. } | Entry::SentBack { .. } | Entry::AtBase { .. } | Entry::Note(_) | Entry::Ended(_) => None,
    })
}

/// A name of the conversation that tells nothing about the machine.
pub fn thread(transcript: &Transcript) -> String {
    let digest = Sha256::digest(transcript.path().as_os_str().as_encoded_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
