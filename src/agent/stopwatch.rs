//! The wall time of a step's work, in the books once: what no answer has paid for is entered when the work ends, however it ends, and what
//! a crash cut off when the work goes on.

use std::io;

use tokio::time::Instant;

use super::budget::Budget;
use super::charges;
use super::transcript::{Entry, Transcript};

/// Runs from when it is started. Whatever is paid for meanwhile has its own time with it, which counts as booked.
#[derive(Debug)]
pub struct Stopwatch {
    since: Instant,
    /// Of the transcript, when this began: milliseconds.
    booked: u64,
}

impl Stopwatch {
    /// Starts it. Work that was begun before was cut off: its time is booked as far as the transcript tells, and what comes until now
    /// is nobody's.
    pub fn start(transcript: &mut Transcript, budget: &Budget) -> io::Result<Self> {
        if transcript.entries().any(|entry| matches!(entry, Entry::Told(_))) {
            let millis = cut_off(transcript);
            enter(millis, transcript, budget)?;
        }
        Ok(Self::running(transcript))
    }

    fn running(transcript: &Transcript) -> Self {
        Self { since: Instant::now(), booked: transcript.spent().millis }
    }

    /// Books the time since it was started, or since it was last booked, less what answers have paid for.
    pub fn book(&mut self, transcript: &mut Transcript, budget: &Budget) -> io::Result<()> {
        let took = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let paid = transcript.spent().millis.saturating_sub(self.booked);
        if took > paid {
            enter(took - paid, transcript, budget)?;
        }
        *self = Self::running(transcript);
        Ok(())
    }
}

fn enter(millis: u64, transcript: &mut Transcript, budget: &Budget) -> io::Result<()> {
    transcript.push(Entry::Elapsed { millis })?;
    charges::charge_last(transcript, budget);
    Ok(())
}

/// From the last line that settled or began something to where the work ended, or to the last line there is. A pause between two starts
/// is not in it, since each start leaves a line.
fn cut_off(transcript: &Transcript) -> u64 {
    let lines = transcript.lines();
    let begins = |entry: &Entry| {
        matches!(entry, Entry::Began { .. } | Entry::Told(_) | Entry::Replied(_) | Entry::Reviewed { .. } | Entry::Elapsed { .. })
    };
    let Some(first) = lines.iter().rposition(|line| begins(&line.entry)) else { return 0 };
    let rest = &lines[first..];
    let end = rest.iter().find(|line| matches!(line.entry, Entry::Ended(_))).or(rest.last());
    let millis = end.zip(rest.first()).map_or(0, |(end, first)| end.at.since(first.at));
    u64::try_from(millis).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::agent::Ending;
    use crate::agent::budget::{Account, Payer};
    use crate::agent::transcript::Reply;
    use crate::clock::Clock;
    use crate::domain::{Allowance, Spent, Timestamp};

    fn open(scratch: &tempfile::TempDir, clock: &Clock) -> Transcript {
        Transcript::open(&scratch.path().join("t.jsonl"), clock.clone()).unwrap()
    }

    fn account() -> (Account, Budget) {
        let account = Account::new(Payer::Step, Allowance::default(), Spent::default());
        (account.clone(), Budget::new(vec![account], None))
    }

    fn replied(millis: u64) -> Entry {
        let spent = Spent { turns: 1, millis, ..Spent::default() };
        Entry::Replied(Reply { model: "m".into(), text: String::new(), calls: Vec::new(), spent, opaque: None })
    }

    #[tokio::test(start_paused = true)]
    async fn what_no_answer_has_paid_for_is_booked_once() {
        let (scratch, clock) = (tempfile::tempdir().unwrap(), Clock::manual(Timestamp(0)));
        let (mut transcript, (account, budget)) = (open(&scratch, &clock), account());
        let mut watch = Stopwatch::start(&mut transcript, &budget).unwrap();
        transcript.push(Entry::Told("Do it.".into())).unwrap();
        tokio::time::advance(Duration::from_millis(900)).await;
        transcript.push(replied(600)).unwrap();
        charges::charge_last(&transcript, &budget);
        watch.book(&mut transcript, &budget).unwrap();
        watch.book(&mut transcript, &budget).unwrap();
        tokio::time::advance(Duration::from_millis(50)).await;
        watch.book(&mut transcript, &budget).unwrap();
        let booked: Vec<u64> =
            transcript.entries().filter_map(|entry| if let Entry::Elapsed { millis } = entry { Some(*millis) } else { None }).collect();
        assert_eq!((booked, transcript.spent().millis, account.spent().millis), (vec![300, 50], 950, 950));
    }

    #[tokio::test]
    async fn what_a_crash_cut_off_is_booked_and_the_pause_after_it_is_not() {
        let (scratch, clock) = (tempfile::tempdir().unwrap(), Clock::manual(Timestamp(0)));
        let (mut transcript, (account, budget)) = (open(&scratch, &clock), account());
        transcript.push(Entry::Told("Do it.".into())).unwrap();
        clock.advance_seconds(5);
        transcript.push(replied(5_000)).unwrap();
        clock.advance_seconds(2);
        transcript.push(Entry::Results(Vec::new())).unwrap();
        drop(transcript);
        clock.advance_seconds(86_400);
        let mut transcript = open(&scratch, &clock);
        Stopwatch::start(&mut transcript, &budget).unwrap();
        assert_eq!(account.spent().millis, 2_000);
        // It is cut off a second time, and goes on a day later.
        clock.advance_seconds(3);
        transcript.push(Entry::Note("a retry".into())).unwrap();
        clock.advance_seconds(86_400);
        Stopwatch::start(&mut transcript, &budget).unwrap();
        assert_eq!(account.spent().millis, 5_000);
        // It ended, and the crash came before the time was booked.
        clock.advance_seconds(4);
        transcript.push(Entry::Ended(Ending::Asks { question: "Which?".into() })).unwrap();
        clock.advance_seconds(86_400);
        transcript.push(Entry::Note("later".into())).unwrap();
        Stopwatch::start(&mut transcript, &budget).unwrap();
        Stopwatch::start(&mut transcript, &budget).unwrap();
        assert_eq!((account.spent().millis, transcript.spent().millis), (9_000, 14_000));
    }
}
