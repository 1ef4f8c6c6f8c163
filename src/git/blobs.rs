//! Reading contents: one `git cat-file --batch` for as long as it is needed.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::{Error, command};

/// Starts git with the first content that is asked for, and ends it when dropped.
#[derive(Debug)]
pub struct Blobs {
    git_dir: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    ask: ChildStdin,
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
            None => Running::start(&self.git_dir).map_err(|error| Error::Never(format!("{doing}: git cannot be started: {error}")))?,
        };
        let answer = running.ask(id).map_err(|error| Error::Later(format!("{doing}: {error}")))?;
        self.running = Some(running);
        answer.ok_or_else(|| Error::NotFound(format!("{doing}: the repository here does not hold it")))
    }
}

impl Running {
    fn start(git_dir: &Path) -> std::io::Result<Self> {
        let mut git = command(git_dir);
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answer)) => Ok(Self { child, ask, answer: BufReader::new(answer) }),
            _ => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// `<id> SP <type> SP <size> LF <content> LF`, or `<id> SP missing LF`.
    fn ask(&mut self, id: &str) -> std::io::Result<Option<Vec<u8>>> {
        writeln!(self.ask, "{id}")?;
        self.ask.flush()?;
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
