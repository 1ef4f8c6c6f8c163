//! Whether a command that fails after a step failed before it as well: then it is told, and not sent back.

use super::{Desk, Task, lost, unreadable};
use crate::agent::Error;
use crate::agent::transcript::Entry;
use crate::agent::verify::{self, Failed};
use crate::domain::ChangeSet;
use crate::prose;

/// The commands that passed, and what is to be said of those that failed before the step as well; or the first that the step broke.
pub async fn verified(
    changes: &ChangeSet,
    task: &Task<'_>,
    desk: &mut Desk<'_>,
) -> Result<Result<(Vec<String>, Vec<String>), Failed>, Error> {
    let (mut passed, mut notes) = (Vec::new(), Vec::new());
    for command in task.verify {
        let failed = verify::run(command, desk.site).await?;
        desk.checkout.bring_to(changes).map_err(unreadable)?;
        let Some(failed) = failed else {
            passed.push(command.clone());
            continue;
        };
        let excused = |there: &String| !task.shows.contains(command) || is_alike(there, &failed.kept());
        if !at_base(&failed, changes, desk).await?.as_ref().is_some_and(excused) {
            return Ok(Err(failed));
        }
        notes.push(prose::red_before(command, &failed.ended));
    }
    Ok(Ok((passed, notes)))
}

/// How a command that failed does on the step's parent: the same directory, with the step's changes taken away for as long as it runs. It
/// is run there once; after that the transcript knows.
async fn at_base(failed: &Failed, changes: &ChangeSet, desk: &mut Desk<'_>) -> Result<Option<String>, Error> {
    let known = desk.transcript.entries().find_map(|entry| {
        let Entry::AtBase { command, failed: there } = entry else { return None };
        (*command == failed.command).then(|| there.clone())
    });
    if let Some(known) = known {
        return Ok(known);
    }
    desk.checkout.set_aside(changes).map_err(unreadable)?;
    let there = verify::run(&failed.command, desk.site).await;
    desk.checkout.put_back().map_err(unreadable)?;
    let there = there?.map(|failed| failed.kept());
    let entry = Entry::AtBase { command: failed.command.clone(), failed: there.clone() };
    desk.transcript.push(entry).map_err(lost)?;
    Ok(there)
}

/// Whether two failures are one, whatever times, addresses and counts they tell.
fn is_alike(one: &str, other: &str) -> bool {
    let said = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    one.lines().next() == other.lines().next() && said(one) == said(other)
}
