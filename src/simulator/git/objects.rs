//! The object database: loose objects written here, anything read through one long-lived `git cat-file --batch`.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};

use super::super::error::Error;
use super::program;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Blob => "blob",
            Kind::Tree => "tree",
            Kind::Commit => "commit",
            Kind::Tag => "tag",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Kind::Blob, Kind::Tree, Kind::Commit, Kind::Tag].into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Object {
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

pub(super) struct Objects {
    dir: PathBuf,
    reader: Option<Reader>,
}

struct Reader {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().ok();
        }
    }
}

/// 40 lower-case hexadecimal digits.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Objects {
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), reader: None }
    }

    /// The object of this id; `None` when there is none, also for a text that is no full id.
    pub fn read(&mut self, id: &str) -> Result<Option<Object>, Error> {
        if !is_id(id) {
            return Ok(None);
        }
        let dir = self.dir.clone();
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => self.reader.insert(Reader::start(&dir)?),
        };
        reader.ask(id).map_err(|e| Error::Git { doing: format!("read object {id}"), said: e.to_string() })
    }

    /// Stores an object and gives its id.
    pub fn write(&mut self, kind: Kind, bytes: &[u8]) -> Result<String, Error> {
        let header = format!("{} {}\0", kind.word(), bytes.len());
        let mut hash = Sha1::new();
        hash.update(&header);
        hash.update(bytes);
        let id = hex(&hash.finalize());
        let folder = self.dir.join("objects").join(&id[..2]);
        let path = folder.join(&id[2..]);
        if path.exists() {
            return Ok(id);
        }
        std::fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let draft = folder.join(format!("tmp_obj_{}", uuid::Uuid::new_v4().simple()));
        let store = || {
            let mut file = ZlibEncoder::new(std::fs::File::create(&draft)?, Compression::fast());
            file.write_all(header.as_bytes())?;
            file.write_all(bytes)?;
            file.finish()?;
            std::fs::rename(&draft, &path)
        };
        store().map_err(Error::file(&path))?;
        Ok(id)
    }
}

impl Reader {
    fn start(dir: &Path) -> Result<Self, Error> {
        let failed = |said: String| Error::Git { doing: "run git cat-file".into(), said };
        let mut child = program::command(dir)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| failed(e.to_string()))?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("it has no pipes".into()));
        };
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    fn ask(&mut self, id: &str) -> std::io::Result<Option<Object>> {
        self.questions.write_all(format!("{id}\n").as_bytes())?;
        self.questions.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let mut words = line.split_whitespace().skip(1);
        let kind = words.next().and_then(Kind::from_word);
        let size = words.next().and_then(|size| size.parse::<usize>().ok());
        let (Some(kind), Some(size)) = (kind, size) else { return Ok(None) };
        let mut bytes = vec![0; size + 1];
        self.answers.read_exact(&mut bytes)?;
        bytes.truncate(size);
        Ok(Some(Object { kind, bytes }))
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
