//! Patience with a provider: short troubles are waited out here, long ones are the engine's to come back to.

use std::time::Duration;

use super::chat::{Answer, Request};
use super::failure::Failure;
use super::provider::Model;
use super::window::{self, Bounds};
use crate::agent::Error;
use crate::agent::transcript::{Entry, Transcript};

/// How long a turn is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    pub attempts: u32,
    /// Before the second attempt; doubled before each further one, and a little at random, unless the provider says how long.
    pub first: Duration,
    /// Longer pauses are not waited out: the work stops, and may go on after that time.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { attempts: 5, first: Duration::from_secs(1), longest: Duration::from_secs(90) }
    }
}

/// How often a conversation that was too long is made shorter.
const CUTS: u32 = 3;

/// What was learnt of a model's window: less than was thought, when the provider found a conversation too long.
pub type Learnt = Option<Bounds>;

/// One answer, the conversation cut to the model's window. Each trouble is noted in the transcript.
pub async fn answer(
    model: &Model,
    request: Request,
    patience: Patience,
    learnt: &mut Learnt,
    transcript: &mut Transcript,
) -> Result<Answer, Error> {
    let fixed = Request { messages: Vec::new(), ..request.clone() }.size();
    let (mut attempt, mut cuts) = (1, 0);
    loop {
        let bounds = learnt.unwrap_or_else(|| Bounds::of(model.context(), model.output(), fixed, model.seals()));
        let mut sent = request.clone();
        window::fit(&mut sent.messages, bounds);
        let (after, why) = match model.answer(&sent).await {
            Ok(answer) => return Ok(answer),
            Err(Failure::Never(why)) => return Err(Error::Never(why)),
            Err(Failure::TooLong(why)) if cuts >= CUTS => return Err(Error::Never(why)),
            Err(Failure::TooLong(why)) => {
                cuts += 1;
                *learnt = Some(bounds.narrower(sent.size().saturating_sub(fixed)));
                note(transcript, &why)?;
                continue;
            }
            Err(Failure::Later { after, why }) => (after, why),
        };
        let pause = after.unwrap_or_else(|| backoff(patience.first, attempt));
        if attempt >= patience.attempts || pause > patience.longest {
            return Err(Error::Later { after: pause.max(Duration::from_secs(30)), why });
        }
        note(transcript, &why)?;
        tokio::time::sleep(pause).await;
        attempt += 1;
    }
}

/// Twice as long each time, and up to a quarter more, so that many who were sent away do not come back together.
fn backoff(first: Duration, attempt: u32) -> Duration {
    let whole = first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1).min(10)));
    let random = uuid::Uuid::new_v4().as_bytes().first().copied().unwrap_or(0);
    whole + whole.mul_f64(f64::from(random) / 1024.0)
}

fn note(transcript: &mut Transcript, why: &str) -> Result<(), Error> {
    super::push(transcript, Entry::Note(format!("failed to {why}")))
}
