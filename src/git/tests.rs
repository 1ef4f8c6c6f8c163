use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use super::*;
use crate::domain::{FileContent, Mode, RepoName, Sha};

/// A bare repository in a temporary folder, made for one test.
pub(crate) struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    pub(crate) fn new() -> Self {
        let repo = Self { folder: tempfile::tempdir().unwrap() };
        let mut init = command(&repo.git_dir());
        init.args(["init", "--quiet", "--bare"]).arg(repo.git_dir());
        run(init, "init").unwrap();
        repo
    }

    pub(crate) fn git_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("origin.git")
    }

    pub(crate) fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut git = command(&self.git_dir());
        git.args(arguments).stdin(Stdio::piped()).env("GIT_INDEX_FILE", self.folder.path().join("index"));
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.org");
            git.env(format!("GIT_{role}_DATE"), "1700000000 +0000");
        }
        let mut child = git.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// A commit without parent, of files by raw name.
    pub(crate) fn commit(&self, files: &[(&[u8], Mode, &[u8])]) -> Sha {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
        let mut index = Vec::new();
        for (name, mode, content) in files {
            let id = match mode {
                Mode::Submodule => "1234567890123456789012345678901234567890".to_owned(),
                Mode::Regular | Mode::Executable | Mode::Symlink => text(self.git(&["hash-object", "-w", "--stdin"], content)),
            };
            index.extend_from_slice(format!("{} {id}\t", mode.as_git()).as_bytes());
            index.extend_from_slice(name);
            index.push(0);
        }
        self.git(&["read-tree", "--empty"], b"");
        self.git(&["update-index", "-z", "--index-info"], &index);
        let tree = text(self.git(&["write-tree", "--missing-ok"], b""));
        let commit = text(self.git(&["commit-tree", &tree, "-m", "Base"], b""));
        self.git(&["update-ref", "refs/heads/main", &commit], b"");
        commit.parse().unwrap()
    }

    /// The workspace of a commit made of a folder's files.
    pub(crate) fn workspace_of(&self, folder: &Path) -> Workspace {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        let files: Vec<_> = files.iter().map(|(name, file)| (name.as_bytes(), file.mode, file.bytes.as_slice())).collect();
        Workspace::open(&self.git_dir(), &self.commit(&files)).unwrap()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, FileContent)>) {
    use std::os::unix::fs::PermissionsExt;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind = std::fs::symlink_metadata(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if kind.is_symlink() {
            let bytes = std::fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes();
            files.push((name, FileContent { mode: Mode::Symlink, bytes }));
        } else if kind.is_dir() {
            collect(root, &path, files);
        } else {
            let mode = if kind.permissions().mode() & 0o100 == 0 { Mode::Regular } else { Mode::Executable };
            files.push((name, FileContent { mode, bytes: std::fs::read(&path).unwrap() }));
        }
    }
}

fn file(text: &str) -> FileContent {
    FileContent { mode: Mode::Regular, bytes: text.into() }
}

#[test]
fn a_workspace_reads_every_kind_of_file_and_skips_names_that_are_not_utf_8() {
    let repo = Repo::new();
    let commit = repo.commit(&[
        (b"a.txt", Mode::Regular, b"a\n"),
        (b"bin/run", Mode::Executable, b"#!"),
        (b"link", Mode::Symlink, b"a.txt"),
        (b"odd-\xff", Mode::Regular, b"x"),
        (b"sub", Mode::Submodule, b""),
    ]);
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    let mut paths: Vec<String> = workspace.paths().map(str::to_owned).collect();
    paths.sort();
    assert_eq!(paths, ["a.txt", "bin/run", "link", "sub"]);
    assert_eq!(workspace.read("a.txt").unwrap(), Some(file("a\n")));
    assert_eq!(workspace.read("link").unwrap().unwrap(), FileContent { mode: Mode::Symlink, bytes: b"a.txt".into() });
    assert_eq!(workspace.mode_of("sub"), Some(Mode::Submodule));
    assert_eq!(workspace.read("none").unwrap(), None);
    assert!(workspace.is_directory("bin") && !workspace.is_directory("a.txt") && !workspace.is_directory("bi"));
}

#[test]
fn changes_are_what_differs_from_the_commit_and_nothing_else() {
    use crate::domain::FileChange;
    let repo = Repo::new();
    let commit = repo.commit(&[(b"a", Mode::Regular, b"a\n"), (b"b", Mode::Regular, b"b\n"), (b"c", Mode::Regular, b"c\n")]);
    let mut workspace = Workspace::open(&repo.git_dir(), &commit).unwrap();
    workspace.write("a", file("a\n"));
    workspace.delete("b");
    workspace.write("d/e", file("new\n"));
    workspace.write("f", file("short-lived"));
    workspace.delete("f");
    workspace.write("c", FileContent { mode: Mode::Executable, bytes: b"c\n".into() });
    assert!(!workspace.exists("b") && workspace.is_directory("d"));
    let changes: Vec<_> = workspace.changes().unwrap().files.into_iter().collect();
    let executable = FileChange::Write(FileContent { mode: Mode::Executable, bytes: b"c\n".into() });
    let expected = [("b".into(), FileChange::Delete), ("c".into(), executable), ("d/e".into(), FileChange::Write(file("new\n")))];
    assert_eq!(changes, expected);
}

#[test]
fn a_commit_that_is_not_there_is_not_found() {
    let repo = Repo::new();
    let absent: Sha = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(matches!(Workspace::open(&repo.git_dir(), &absent), Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_mirror_fetches_one_commit_without_its_history_once_for_all_who_ask_at_once() {
    let repo = Repo::new();
    let commit = repo.commit(&[(b"a", Mode::Regular, b"a\n")]);
    let cache = tempfile::tempdir().unwrap();
    let name: RepoName = "Octo/Notes".parse().unwrap();
    let url = repo.git_dir().to_str().unwrap().to_owned();
    let ask = async || {
        let mirror = Mirror::open(cache.path(), &name)?;
        mirror.fetch(&url, None, &commit).await
    };
    let answers = futures_util::future::join_all((0..8).map(|_| ask())).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let mirror = Mirror::open(cache.path(), &name).unwrap();
    assert!(mirror.git_dir().ends_with("octo/notes.git"));
    assert_eq!(mirror.workspace(&commit).unwrap().read("a").unwrap(), Some(file("a\n")));
    drop(repo);
    mirror.fetch(&url, None, &commit).await.expect("what is here is not asked for again");
    let absent: Sha = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(matches!(mirror.fetch(&url, None, &absent).await, Err(Error::NotFound(_))));
}

fn mirrored(cache: &Path) -> (Repo, Mirror, String) {
    let (repo, mirror) = (Repo::new(), Mirror::open(cache, &"octo/notes".parse().unwrap()).unwrap());
    let url = repo.git_dir().to_str().unwrap().to_owned();
    (repo, mirror, url)
}

#[tokio::test]
async fn locks_that_a_killed_fetch_left_behind_do_not_block_the_next() {
    let cache = tempfile::tempdir().unwrap();
    let (repo, mirror, url) = mirrored(cache.path());
    let first = repo.commit(&[(b"a", Mode::Regular, b"a\n")]);
    mirror.fetch(&url, None, &first).await.unwrap();
    let second = repo.commit(&[(b"a", Mode::Regular, b"b\n")]);
    for name in ["shallow.lock".to_owned(), "packed-refs.lock".to_owned(), format!("refs/kept/{second}.lock")] {
        std::fs::write(mirror.git_dir().join(name), "").unwrap();
    }
    mirror.fetch(&url, None, &second).await.unwrap();
    assert!(mirror.has(&first).unwrap() && mirror.has(&second).unwrap());
    assert!(!mirror.git_dir().join("shallow.lock").exists());
}

/// So many days pass for a commit that is kept.
fn days_pass(mirror: &Mirror, commit: &Sha, days: u64) {
    let file = std::fs::File::options().write(true).open(mirror.git_dir().join(format!("refs/kept/{commit}"))).unwrap();
    let then = file.metadata().unwrap().modified().unwrap() - std::time::Duration::from_secs(days * 86_400);
    file.set_modified(then).unwrap();
}

#[tokio::test]
async fn commits_that_nobody_asked_for_during_a_week_are_let_go_with_their_files() {
    let cache = tempfile::tempdir().unwrap();
    let (repo, mirror, url) = mirrored(cache.path());
    let commits = ["old", "asked again", "young"].map(|text| repo.commit(&[(b"a", Mode::Regular, text.as_bytes())]));
    for (commit, days) in commits.iter().zip([8, 8, 6]) {
        mirror.fetch(&url, None, commit).await.unwrap();
        days_pass(&mirror, commit, days);
    }
    mirror.fetch(&url, None, &commits[1]).await.unwrap();
    let another = repo.commit(&[(b"a", Mode::Regular, b"another")]);
    mirror.fetch(&url, None, &another).await.unwrap();
    assert_eq!(commits.each_ref().map(|commit| mirror.has(commit).unwrap()), [false, true, true]);
    let mut look = command(mirror.git_dir());
    look.args(["cat-file", "-e", commits[0].as_str()]);
    assert!(!look.status().unwrap().success(), "the commit itself is gone");
    assert!(mirror.workspace(&commits[1]).is_ok() && mirror.workspace(&another).is_ok());
    mirror.fetch(&url, None, &commits[0]).await.expect("it can be fetched again");
}

#[tokio::test]
async fn a_token_is_in_no_argument_and_in_no_message() {
    let cache = tempfile::tempdir().unwrap();
    let mirror = Mirror::open(cache.path(), &"octo/notes".parse().unwrap()).unwrap();
    let absent: Sha = "1234567890123456789012345678901234567890".parse().unwrap();
    let token = secrecy::SecretString::from("hidden-token");
    // Port 9 of this machine: nobody listens there.
    let error = mirror.fetch("http://127.0.0.1:9/octo/notes.git", Some(&token), &absent).await.unwrap_err();
    assert!(matches!(&error, Error::Later(_)), "{error}");
    assert!(!format!("{error:?}{mirror:?}").contains("hidden"));
    for address in ["--upload-pack=x", "ext::sh -c x"] {
        assert!(matches!(mirror.fetch(address, None, &absent).await, Err(Error::Never(_))));
    }
}

#[test]
fn what_git_says_is_sorted_by_what_can_be_done() {
    let sorted = |text: &str| match Error::of_stderr("fetch", text.as_bytes()) {
        Error::Later(_) => "later",
        Error::NotFound(_) => "not found",
        Error::Denied(_) => "denied",
        Error::Never(_) => "never",
    };
    for (text, expected) in [
        ("fatal: unable to access 'https://x/': Could not resolve host: x", "later"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 503", "later"),
        ("error: RPC failed; curl 92\nfatal: early EOF", "later"),
        ("fatal: Unable to create '/x/shallow.lock': File exists.", "later"),
        ("remote: Repository not found.\nfatal: repository 'https://x/' not found", "not found"),
        ("fatal: remote error: upload-pack: not our ref 1234", "not found"),
        ("fatal: Authentication failed for 'https://x/'", "denied"),
        ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "denied"),
        ("fatal: bad config line 3", "never"),
    ] {
        assert_eq!(sorted(text), expected, "{text}");
    }
}

#[test]
fn git_inherits_nothing_but_what_is_listed() {
    let git = command(Path::new("/nowhere.git"));
    let given: Vec<_> = git.get_envs().map(|(name, _)| name.to_string_lossy().into_owned()).collect();
    assert!(given.iter().all(|name| name != "HOME" && name != "GIT_DIR" && !name.contains("TOKEN")), "{given:?}");
    assert!(given.iter().any(|name| name == "GIT_TERMINAL_PROMPT"));
    let arguments: Vec<_> = git.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect();
    assert!(arguments.contains(&"core.hooksPath=/dev/null".to_owned()));
}
