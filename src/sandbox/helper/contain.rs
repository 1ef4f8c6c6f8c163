//! The outer helper of a container: an engine makes the fence, and what it made is ended here, whoever of us is still there.
//!
//! The container's first process says that it is there, and waits; then the ways out are opened in its network, and it is let go.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};

use super::{channel, forward, processes, refused};
use crate::sandbox::container::{OUT_OF_MEMORY, READY};
use crate::sandbox::plan::{Container, Ending, Plan, Report};

/// How long the engine may take for a question, or to end a container. All of it is less than we are waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long its answer is looked for once more.
const PAUSE: Duration = Duration::from_millis(3);

/// Runs the plan's container to its end, and says how it ended.
pub fn supervise(socket: &UnixStream, ends: File, plan: &Plan, container: &Container, input: OwnedFd) {
    let last = match Watch::begin(socket, ends, plan, container, input) {
        Ok(mut watch) => {
            let last = watch.run();
            watch.end(last)
        }
        Err(error) => refused(error),
    };
    channel::report(socket, &last);
}

struct Watch<'a> {
    socket: &'a UnixStream,
    ends: File,
    plan: &'a Plan,
    container: &'a Container,
    client: Child,
    /// Both are held open at both ends, so that neither side ever waits for the other to come, or hears that it has gone.
    words: File,
    go: File,
    /// What the client says for itself: warnings of an engine are no output of a command.
    aside: File,
}

/// What happened next.
enum Event {
    Word(String),
    Exited(ExitStatus),
    Stop,
}

impl<'a> Watch<'a> {
    fn begin(socket: &'a UnixStream, ends: File, plan: &'a Plan, container: &'a Container, input: OwnedFd) -> std::io::Result<Self> {
        let fifo = |name| {
            let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
            rustix::fs::open(container.gate.join(name), flags, Mode::empty()).map(File::from)
        };
        let (words, go) = (fifo("words")?, fifo("go")?);
        let aside = File::from(rustix::fs::memfd_create("engine", rustix::fs::MemfdFlags::CLOEXEC)?);
        let mut client = client(&container.run, plan).ok_or(std::io::ErrorKind::InvalidInput)?;
        client.stdin(Stdio::from(input));
        if !container.speaks {
            client.stderr(Stdio::from(aside.try_clone()?));
        }
        let client = client.spawn()?;
        Ok(Self { socket, ends, plan, container, client, words, go, aside })
    }

    fn run(&mut self) -> Report {
        match self.next(true) {
            Event::Word(word) if word == READY => {}
            Event::Word(why) => return Report::Refused { why, unfenced: false },
            Event::Exited(status) => {
                let why = self.said_aside();
                return refused(format!("a container of {} did not start ({status}) {why}", self.plan.program).trim_end());
            }
            Event::Stop => return Report::Ended(Ending::Stopped),
        }
        if let Err(why) = self.open_ways() {
            return refused(why);
        }
        if let Err(error) = self.go.write_all(b"go\n") {
            return refused(error);
        }
        channel::report(self.socket, &Report::Started);
        match self.next(false) {
            Event::Exited(status) => Report::Ended(self.ending(status)),
            Event::Word(_) | Event::Stop => Report::Ended(Ending::Stopped),
        }
    }

    /// The first process is there: its network can be entered.
    fn open_ways(&self) -> Result<(), String> {
        if self.plan.forwards.is_empty() {
            return Ok(());
        }
        let found = ask(&self.container.find, self.plan).unwrap_or_default();
        let first = found.trim().parse().map_err(|_| format!("the container's first process is not known: {found}"))?;
        let opened = forward::serve_in_network_of(first, &self.plan.forwards);
        opened.map_err(|error| format!("the container's network cannot be entered, for its way to our proxy: {error}"))
    }

    fn next(&mut self, hears: bool) -> Event {
        loop {
            if hears && let Some(word) = self.word() {
                return Event::Word(word);
            }
            if let Ok(Some(status)) = self.client.try_wait() {
                // What it said last is kept for whoever asks how it ended.
                let word = if hears { self.word() } else { None };
                return word.map_or(Event::Exited(status), Event::Word);
            }
            let mut waiting = vec![PollFd::new(self.socket, PollFlags::IN), PollFd::new(&self.ends, PollFlags::IN)];
            if hears {
                waiting.push(PollFd::new(&self.words, PollFlags::IN));
            }
            let second = Timespec { tv_sec: 1, tv_nsec: 0 };
            let _ = poll(&mut waiting, Some(&second));
            let stop = !waiting[0].revents().is_empty();
            drop(waiting);
            let _ = self.ends.read(&mut [0; 1024]);
            if stop {
                return Event::Stop;
            }
        }
    }

    /// A line is short enough to come at once.
    fn word(&self) -> Option<String> {
        self.said().lines().next().map(str::to_owned)
    }

    fn said(&self) -> String {
        let mut bytes = [0; 4096];
        let read = (&self.words).read(&mut bytes).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    }

    /// The end of it.
    fn said_aside(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = self.aside.rewind().and_then(|()| (&self.aside).take(64 * 1024).read_to_end(&mut bytes));
        let text = read.map(|_| String::from_utf8_lossy(&bytes).trim().to_owned()).unwrap_or_default();
        text.chars().rev().take(600).collect::<Vec<_>>().into_iter().rev().collect()
    }

    /// An engine's client ends as the command did; a signal comes as a number above 128.
    fn ending(&self, status: ExitStatus) -> Ending {
        match (status.code(), status.signal()) {
            (Some(0), _) => Ending::Exited(0),
            (Some(_), _) if self.said().lines().any(|line| line == OUT_OF_MEMORY) => Ending::OutOfMemory,
            (Some(code), _) if code > 128 => Ending::Signalled(code - 128),
            (Some(code), _) => Ending::Exited(code),
            (None, Some(signal)) => Ending::Signalled(signal),
            (None, None) => Ending::Stopped,
        }
    }

    /// Ends everything. The client first: it must not start what is just being removed. What an engine's service was asked for in
    /// that moment may come to be after the first removal, so that one that found nothing is made again.
    fn end(&mut self, last: Report) -> Report {
        let _ = self.client.kill();
        let removed = ask(&self.container.remove, self.plan).is_some();
        processes::end_all();
        if !removed || matches!(last, Report::Ended(Ending::Stopped)) {
            std::thread::sleep(Duration::from_millis(200));
            let _ = ask(&self.container.remove, self.plan);
            processes::end_all();
        }
        last
    }
}

fn client(words: &[String], plan: &Plan) -> Option<Command> {
    let (program, arguments) = words.split_first()?;
    #[expect(clippy::disallowed_methods, reason = "this is the home of starting a command inside the fence")]
    let mut client = Command::new(program);
    client.args(arguments).env_clear().envs(&plan.variables).current_dir("/");
    Some(client)
}

/// What the engine answers, within its time; nothing if it refuses.
fn ask(words: &[String], plan: &Plan) -> Option<String> {
    let mut client = client(words, plan)?;
    let mut asked = client.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let begun = Instant::now();
    let succeeded = loop {
        match asked.try_wait() {
            Ok(Some(status)) => break status.success(),
            Ok(None) if begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Ok(None) | Err(_) => {
                let _ = asked.kill();
                let _ = asked.wait();
                break false;
            }
        }
    };
    let mut answer = String::new();
    // Short, so that it fits into the pipe.
    asked.stdout.take()?.take(4096).read_to_string(&mut answer).ok()?;
    succeeded.then_some(answer)
}
