//! Reading contents: one `git cat-file --batch` for as long as it is needed, and another for many contents in a row.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{Error, command};

/// Bytes of answers that are taken from the pipe at once.
const BUFFER: usize = 64 * 1024;

/// Starts git with the first content that is asked for, and ends it when dropped.
#[derive(Debug)]
pub struct Blobs {
    git_dir: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    /// Gone once somebody else asks.
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

impl Blobs {
    pub fn of(git_dir: &Path) -> Self {
        Self { git_dir: git_dir.into(), running: None }
    }

    /// The content of an object. After an error git is started anew.
    pub fn read(&mut self, id: &str) -> Result<Vec<u8>, Error> {
        let doing = format!("read object {}", id.get(..10).unwrap_or(id));
        let mut running = match self.running.take() {
            Some(running) => running,
            None => Running::start(&self.git_dir, &[]).map_err(|error| not_started(&doing, &error))?,
        };
        let answer = running.ask(id).and_then(|()| running.answer()).map_err(|error| Error::Later(format!("{doing}: {error}")))?;
        self.running = Some(running);
        answer.ok_or_else(|| Error::NotFound(format!("{doing}: the repository here does not hold it")))
    }
}

/// The contents of many objects, each handed on with its place in the list before the next is read. A thread of its own asks for them, so
/// that git need not wait for whoever takes them; what waits is bounded by the pipes.
pub fn read_each(git_dir: &Path, ids: &[&str], mut take: impl FnMut(usize, Vec<u8>) -> Result<(), Error>) -> Result<(), Error> {
    if ids.is_empty() {
        return Ok(());
    }
    let doing = format!("read {} objects", ids.len());
    let mut running = Running::start(git_dir, &["--buffer"]).map_err(|error| not_started(&doing, &error))?;
    let ask = running.ask.take();
    std::thread::scope(|scope| {
        // An end of git is seen where its answers are read.
        scope.spawn(move || ask.map(|ask| ask_all(ask, ids)));
        for (at, id) in ids.iter().enumerate() {
            let answer = running.answer().map_err(|error| Error::Later(format!("{doing}: {error}")))?;
            let short = id.get(..10).unwrap_or(id);
            take(at, answer.ok_or_else(|| Error::NotFound(format!("{doing}: the repository here does not hold {short}")))?)?;
        }
        drop(running);
        Ok(())
    })
}

/// Closes the pipe in the end, which lets git write out what it still holds back.
fn ask_all(ask: ChildStdin, ids: &[&str]) -> std::io::Result<()> {
    let mut ask = BufWriter::new(ask);
    for id in ids {
        writeln!(ask, "{id}")?;
    }
    ask.flush()
}

fn not_started(doing: &str, error: &std::io::Error) -> Error {
    Error::Never(format!("{doing}: git cannot be started: {error}"))
}

impl Running {
    fn start(git_dir: &Path, options: &[&str]) -> std::io::Result<Self> {
        let mut git = command(git_dir);
        git.args(["cat-file", "--batch"]).args(options).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answer)) => Ok(Self { child, ask: Some(ask), answer: BufReader::with_capacity(BUFFER, answer) }),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn ask(&mut self, id: &str) -> std::io::Result<()> {
        let ask = self.ask.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        writeln!(ask, "{id}")?;
        ask.flush()
    }

    /// `<id> SP <type> SP <size> LF <content> LF`, or `<id> SP missing LF`.
    fn answer(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut head = String::new();
        self.answer.read_line(&mut head)?;
        let mut words = head.split_whitespace().skip(1);
        let size = match (words.next(), words.next().and_then(|size| size.parse::<usize>().ok())) {
            (Some("blob"), Some(size)) => size,
            (Some("missing"), _) => return Ok(None),
            _ => return Err(std::io::Error::other("git's answer cannot be read")),
        };
        let mut content = vec![0; size];
        self.answer.read_exact(&mut content)?;
        self.answer.read_exact(&mut [0])?;
        Ok(Some(content))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
