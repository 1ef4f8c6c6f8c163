//! What a transcript's answers cost, told to whoever keeps the books. A charge has the same name whenever it is told.

use sha2::{Digest as _, Sha256};

use super::budget::{Budget, Charge};
use super::transcript::{Entry, Transcript};
use crate::domain::Spent;

/// Tells every answer of a transcript that was opened again, for books that may not have heard of the last ones.
pub fn recharge(transcript: &Transcript, budget: &Budget) {
    charges(transcript).for_each(|charge| budget.charge(charge));
}

/// Tells the newest answer.
pub fn charge_last(transcript: &Transcript, budget: &Budget) {
    if let Some(charge) = charges(transcript).last() {
        budget.charge(charge);
    }
}

fn charges(transcript: &Transcript) -> impl Iterator<Item = Charge> {
    let path = transcript.path().display().to_string();
    let name = move |at: usize| format!("{path}#{}", at + 1);
    paid(transcript).enumerate().map(move |(at, (model, spent))| Charge { name: name(at), model: model.to_owned(), spent })
}

fn paid(transcript: &Transcript) -> impl Iterator<Item = (&str, Spent)> {
    transcript.entries().filter_map(|entry| match entry {
        Entry::Replied(reply) => Some((reply.model.as_str(), reply.spent)),
        Entry::Reviewed { model, spent, .. } => Some((model.as_str(), *spent)),
        Entry::Began { .. } | Entry::System(_) | Entry::Told(_) | Entry::Results(_) => None,
        Entry::Update { .. } | Entry::SentBack { .. } | Entry::Note(_) | Entry::Ended(_) => None,
    })
}

/// A name of the conversation that tells nothing about the machine.
pub fn thread(transcript: &Transcript) -> String {
    let digest = Sha256::digest(transcript.path().as_os_str().as_encoded_bytes());
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
