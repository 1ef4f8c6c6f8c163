use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;
use crate::git::tests::Repo;

type Listed = (&'static [u8], Mode, &'static [u8]);

const FILES: [Listed; 6] = [
    (b".gitignore", Mode::Regular, b"target/\n"),
    (b"README.md", Mode::Regular, b"one\r\ntwo\r\n"),
    (b"link", Mode::Symlink, b"README.md"),
    (b"run.sh", Mode::Executable, b"#!/bin/sh\n"),
    (b"src/deep/a.rs", Mode::Regular, b"fn a() {}\n"),
    (b"target/kept", Mode::Regular, b"ignored, and in the repository\n"),
];

fn told(changes: &ChangeSet) -> Vec<String> {
    let word = |change: &FileChange| match change {
        FileChange::Write(file) => format!("{:?} {}", file.mode, String::from_utf8_lossy(&file.bytes)),
        FileChange::Delete => "deleted".into(),
    };
    changes.files.iter().map(|(path, change)| format!("{path}: {}", word(change))).collect()
}

#[test]
fn a_fresh_checkout_is_the_commit_to_the_byte_and_changes_nothing() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let commit = repo.commit(&FILES);
    let checkout = Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap();
    assert_eq!(fs::read(checkout.root().join("README.md")).unwrap(), b"one\r\ntwo\r\n");
    assert_eq!(fs::read_link(checkout.root().join("link")).unwrap(), Path::new("README.md"));
    assert_eq!(told(&checkout.changes().unwrap()), Vec::<String>::new());
}

#[test]
fn every_kind_of_change_is_found_whoever_made_it() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let commit = repo.commit(&FILES);
    let checkout = Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap();
    let root = checkout.root();
    fs::write(root.join("README.md"), "one\n").unwrap();
    fs::write(root.join("src/new.rs"), "new\n").unwrap();
    fs::remove_file(root.join("link")).unwrap();
    symlink("run.sh", root.join("link")).unwrap();
    fs::set_permissions(root.join("run.sh"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::remove_file(root.join("src/deep/a.rs")).unwrap();
    fs::write(root.join("target/built"), "ignored").unwrap();
    fs::write(root.join("target/kept"), "changed").unwrap();
    fs::create_dir_all(root.join("sub/.git")).unwrap();
    fs::write(root.join("sub/.git/config"), "[core]").unwrap();
    let expected = [
        "README.md: Regular one\n",
        "link: Symlink run.sh",
        "run.sh: Regular #!/bin/sh\n",
        "src/deep/a.rs: deleted",
        "src/new.rs: Regular new\n",
        "target/kept: Regular changed",
    ];
    assert_eq!(told(&checkout.changes().unwrap()), expected);
}

#[test]
fn the_same_bytes_written_again_are_no_change() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let commit = repo.commit(&FILES);
    let checkout = Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap();
    fs::remove_file(checkout.root().join("README.md")).unwrap();
    fs::write(checkout.root().join("README.md"), "one\r\ntwo\r\n").unwrap();
    assert!(checkout.changes().unwrap().is_empty());
}

#[test]
fn another_commit_is_reached_from_whatever_was_left_and_what_is_ignored_stays() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let first = repo.commit(&FILES);
    let second = repo.commit(&[FILES[0], FILES[1], (b"src", Mode::Regular, b"a file now\n"), (b"run.sh/x", Mode::Regular, b"x\n")]);
    let outside = tempfile::tempdir().unwrap();
    let checkout = Checkout::at(&repo.git_dir(), &first, place.path()).unwrap();
    let root = checkout.root().to_owned();
    fs::create_dir_all(root.join("target")).unwrap();
    fs::write(root.join("target/built"), "kept").unwrap();
    fs::write(root.join(".gitignore"), "*\n").unwrap();
    fs::write(root.join("junk"), "hidden by the rules").unwrap();
    fs::remove_dir_all(root.join("src")).unwrap();
    symlink(outside.path(), root.join("src")).unwrap();
    drop(checkout);
    let checkout = Checkout::at(&repo.git_dir(), &second, place.path()).unwrap();
    assert_eq!(told(&checkout.changes().unwrap()), Vec::<String>::new());
    assert_eq!(fs::read(root.join("src")).unwrap(), b"a file now\n");
    assert!(!root.join("junk").exists() && root.join("target/built").exists());
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "nothing was written through the link");
    assert!(Checkout::left_at(&repo.git_dir(), &first, place.path()).unwrap().is_none());
    fs::write(root.join("more"), "more").unwrap();
    let left = Checkout::left_at(&repo.git_dir(), &second, place.path()).unwrap().unwrap();
    assert_eq!(told(&left.changes().unwrap()), ["more: Regular more"]);
}

#[test]
fn a_change_set_is_laid_over() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let first = repo.commit(&FILES);
    let second = repo.commit(&[FILES[0], (b"README.md", Mode::Regular, b"new\n")]);
    let mut checkout = Checkout::at(&repo.git_dir(), &first, place.path()).unwrap();
    let mut changes = ChangeSet::default();
    changes.files.insert("README.md".into(), FileChange::Write(FileContent { mode: Mode::Regular, bytes: b"new\n".to_vec() }));
    for gone in ["link", "run.sh", "src/deep/a.rs", "target/kept"] {
        changes.files.insert(gone.into(), FileChange::Delete);
    }
    checkout.apply(&changes).unwrap();
    assert_eq!(checkout.changes().unwrap(), changes);
    assert_eq!(checkout.read_committed("README.md").unwrap().unwrap().bytes, b"one\r\ntwo\r\n");
    fs::write(checkout.root().join("left-behind"), "by a test run").unwrap();
    fs::write(checkout.root().join("README.md"), "formatted").unwrap();
    fs::write(checkout.root().join("run.sh"), "back").unwrap();
    checkout.bring_to(&changes).unwrap();
    assert_eq!(checkout.changes().unwrap(), changes);
    let checkout = Checkout::at(&repo.git_dir(), &second, place.path()).unwrap();
    assert!(checkout.changes().unwrap().is_empty());
}

#[test]
fn what_is_set_aside_comes_back_to_the_byte_even_after_a_crash() {
    for crash in [false, true] {
        let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
        let commit = repo.commit(&FILES);
        let mut checkout = Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap();
        let root = checkout.root().to_owned();
        fs::create_dir_all(root.join("target")).unwrap();
        fs::write(root.join("target/built"), "kept").unwrap();
        fs::write(root.join(".gitignore"), "target/\nout/\n").unwrap();
        fs::create_dir(root.join("out")).unwrap();
        fs::write(root.join("out/built"), "kept").unwrap();
        fs::write(root.join("README.md"), b"\x00\xff\r\n").unwrap();
        fs::write(root.join("new.sh"), "").unwrap();
        fs::set_permissions(root.join("new.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::remove_file(root.join("src/deep/a.rs")).unwrap();
        fs::remove_file(root.join("link")).unwrap();
        symlink("new.sh", root.join("link")).unwrap();
        let changes = checkout.changes().unwrap();
        checkout.set_aside(&changes).unwrap();
        assert_eq!(fs::read(root.join("README.md")).unwrap(), b"one\r\ntwo\r\n");
        assert!(root.join("src/deep/a.rs").exists() && !root.join("new.sh").exists() && root.join("target/built").exists());
        fs::write(root.join("left-behind"), "by a command").unwrap();
        fs::write(root.join("README.md"), "formatted").unwrap();
        if crash {
            drop(checkout);
            checkout = Checkout::left_at(&repo.git_dir(), &commit, place.path()).unwrap().unwrap();
        } else {
            checkout.put_back().unwrap();
        }
        assert_eq!(checkout.changes().unwrap(), changes);
        assert!(root.join("target/built").exists() && root.join("out/built").exists());
        // Nothing is aside any more: what is changed now stays.
        fs::write(root.join("more"), "more").unwrap();
        checkout.put_back().unwrap();
        assert!(root.join("more").exists());
    }
}

#[test]
fn a_crash_while_changes_are_taken_away_or_put_back_loses_none() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let commit = repo.commit(&FILES);
    let mut checkout = Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap();
    let write = |text: &[u8]| FileChange::Write(FileContent { mode: Mode::Regular, bytes: text.to_vec() });
    let mut changes = ChangeSet::default();
    changes.files.extend([("README.md".into(), write(b"new")), ("b".into(), write(b"b")), ("run.sh".into(), FileChange::Delete)]);
    checkout.apply(&changes).unwrap();
    aside::save(&place.path().join("aside"), &changes).unwrap();
    for path in ["README.md", "b", "run.sh"] {
        // Some files are as the commit has them, others are changed.
        fs::remove_file(checkout.root().join(path)).ok();
        checkout = Checkout::left_at(&repo.git_dir(), &commit, place.path()).unwrap().unwrap();
        assert_eq!(checkout.changes().unwrap(), changes);
        aside::save(&place.path().join("aside"), &changes).unwrap();
    }
}

#[test]
fn a_commit_whose_contents_are_not_all_there_is_no_checkout_and_git_is_not_left_behind() {
    let (repo, place) = (Repo::new(), tempfile::tempdir().unwrap());
    let many: Vec<(Vec<u8>, Vec<u8>)> =
        (0..3000).map(|n| (format!("f{n:04}").into(), format!("content {n}\n").repeat(40).into())).collect();
    let listed: Vec<Listed> = many.iter().map(|(path, text)| (&*path.clone().leak(), Mode::Regular, &*text.clone().leak())).collect();
    let commit = repo.commit(&listed);
    assert!(Checkout::at(&repo.git_dir(), &commit, place.path()).unwrap().changes().unwrap().is_empty());
    let lost = tree::list(&repo.git_dir(), &commit).unwrap()["f0100"].id.clone();
    fs::remove_file(repo.git_dir().join("objects").join(&lost[..2]).join(&lost[2..])).unwrap();
    let other = tempfile::tempdir().unwrap();
    let error = Checkout::at(&repo.git_dir(), &commit, other.path()).unwrap_err();
    assert!(error.to_string().contains(&lost[..10]), "{error}");
    assert!(Checkout::left_at(&repo.git_dir(), &commit, other.path()).unwrap().is_none(), "a part of a commit is none");
}
