//! The agent's terminals: each is a command in the sandbox, without a network and with the site's limits.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_client_protocol::v1::schema::{CreateTerminalRequest, TerminalExitStatus, TerminalOutputResponse};
use tokio::io::AsyncReadExt as _;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::permit::Ground;
use crate::sandbox::{Command, Job, Network, Outcome, Policy, Sandbox, Status};

/// Terminals of one agent that are open at a time.
const MOST: usize = 32;

/// How long a command's output is read after the command has ended.
const AFTER_THE_END: Duration = Duration::from_millis(500);

/// Dropping it ends every command in it.
#[derive(Debug)]
pub struct Terminals {
    sandbox: Sandbox,
    policy: Policy,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    made: usize,
    terminals: HashMap<String, Terminal>,
    /// The commands; they end with this.
    tasks: JoinSet<()>,
}

#[derive(Debug, Clone)]
struct Terminal {
    kept: Arc<Mutex<Kept>>,
    exit: watch::Receiver<Option<TerminalExitStatus>>,
    kill: Arc<Notify>,
}

/// The end of an output, as the protocol wants it.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    most: usize,
    cut: bool,
}

impl Kept {
    fn add(&mut self, more: &[u8]) {
        self.bytes.extend_from_slice(more);
        if self.bytes.len() > self.most {
            let mut from = self.bytes.len() - self.most;
            // A character is not cut in two.
            while self.bytes.get(from).is_some_and(|byte| byte & 0xc0 == 0x80) {
                from += 1;
            }
            self.bytes.drain(..from);
            self.cut = true;
        }
    }
}

impl Terminals {
    /// `policy` is that of the agent, whose network and limits are replaced by none and the site's.
    pub fn new(sandbox: Sandbox, policy: Policy) -> Self {
        Self { sandbox, policy: Policy { network: Network::None, ..policy }, open: Mutex::default() }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts a command and answers its terminal's name, or words for the agent.
    pub async fn create(&self, request: &CreateTerminalRequest, ground: &Ground) -> Result<String, String> {
        if self.open().terminals.len() >= MOST {
            return Err(format!("{MOST} terminals are open: release some first"));
        }
        let directory = ground.within(request.cwd.as_deref().unwrap_or(Path::new("")))?;
        let job = Job {
            command: command(&request.command, &request.args),
            directory: directory.into(),
            policy: self.policy.clone(),
            variables: request.env.iter().map(|variable| (variable.name.clone(), variable.value.clone())).collect(),
        };
        let mut running = self.sandbox.start(&job).await.map_err(|error| format!("failed to {error}"))?;
        // Nobody types.
        drop(running.stdin.take());
        let most = self.policy.limits.output;
        let most = request.output_byte_limit.map_or(most, |limit| most.min(usize::try_from(limit).unwrap_or(most)));
        let kept = Arc::new(Mutex::new(Kept { most, ..Kept::default() }));
        let (ended, exit) = watch::channel(None);
        let kill = Arc::new(Notify::new());
        let (output, killed) = (kept.clone(), kill.clone());
        let mut open = self.open();
        open.tasks.spawn(async move {
            let mut stdout = running.stdout.take();
            let reading = async {
                let mut buffer = vec![0; 16 * 1024];
                while let Some(stdout) = &mut stdout {
                    match stdout.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(count) => output.lock().unwrap_or_else(PoisonError::into_inner).add(&buffer[..count]),
                    }
                }
            };
            let ending = async {
                let waited = tokio::select! {
                    outcome = running.wait() => Some(outcome),
                    () = killed.notified() => None,
                };
                match waited {
                    Some(outcome) => outcome,
                    None => running.kill().await,
                }
            };
            tokio::pin!(ending, reading);
            let mut read = false;
            let outcome = loop {
                tokio::select! {
                    outcome = &mut ending => break outcome,
                    () = &mut reading, if !read => read = true,
                }
            };
            if !read {
                // What it left running may hold its output open for ever.
                drop(tokio::time::timeout(AFTER_THE_END, reading).await);
            }
            ended.send_replace(Some(status(&outcome)));
        });
        open.made += 1;
        let name = format!("terminal-{}", open.made);
        open.terminals.insert(name.clone(), Terminal { kept, exit, kill });
        Ok(name)
    }

    fn find(&self, name: &str) -> Result<Terminal, String> {
        self.open().terminals.get(name).cloned().ok_or_else(|| format!("there is no terminal {name}"))
    }

    pub fn output(&self, name: &str) -> Result<TerminalOutputResponse, String> {
        let terminal = self.find(name)?;
        let kept = terminal.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept.bytes).into_owned();
        Ok(TerminalOutputResponse::new(text, kept.cut).exit_status(terminal.exit.borrow().clone()))
    }

    /// Waits for the command's end, which its wall time bounds.
    pub async fn wait(&self, name: &str) -> Result<TerminalExitStatus, String> {
        let mut exit = self.find(name)?.exit;
        let ended = exit.wait_for(Option::is_some).await.map(|status| status.clone());
        ended.ok().flatten().ok_or_else(|| format!("{name} is no more"))
    }

    /// Ends the command; its output stays.
    pub fn kill(&self, name: &str) -> Result<(), String> {
        self.find(name)?.kill.notify_one();
        Ok(())
    }

    /// Ends the command and forgets it.
    pub fn release(&self, name: &str) -> Result<(), String> {
        self.kill(name)?;
        self.open().terminals.remove(name);
        Ok(())
    }
}

/// Both streams come as one. A command without arguments is a line for the shell: agents send both.
fn command(command: &str, arguments: &[String]) -> Command {
    let script = if arguments.is_empty() { "exec 2>&1; eval \"$0\"" } else { "exec \"$0\" \"$@\" 2>&1" };
    let mut all = vec!["-c".to_owned(), script.to_owned(), command.to_owned()];
    all.extend(arguments.iter().cloned());
    Command::Program { program: "sh".into(), arguments: all }
}

fn status(outcome: &Outcome) -> TerminalExitStatus {
    let status = TerminalExitStatus::new();
    match outcome.status {
        Status::Exited(code) => status.exit_code(u32::try_from(code).ok()),
        Status::Signalled(number) => status.signal(format!("signal {number}")),
        Status::TimedOut => status.signal("the time was over".to_owned()),
        Status::OutOf(what) => status.signal(format!("out of {what}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_output_is_kept_and_no_character_is_cut() {
        let mut kept = Kept { most: 5, ..Kept::default() };
        kept.add(b"abc");
        assert!(!kept.cut);
        kept.add("dé€".as_bytes());
        assert_eq!((String::from_utf8(kept.bytes).unwrap().as_str(), kept.cut), ("é€", true));
    }
}
