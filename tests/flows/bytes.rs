//! Commits that git made, written as a specification and built: every tree is the same to the byte.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use serde_json::Value;

use crate::program::{git, run};

fn commit(directory: &Path, message: &str) {
    git(directory, &["add", "--all"]);
    git(directory, &["commit", "--quiet", "-m", message]);
}

fn executable(path: &Path, yes: bool) {
    fs::set_permissions(path, fs::Permissions::from_mode(if yes { 0o755 } else { 0o644 })).unwrap();
}

/// A series with every kind of change that git has.
fn series(at: &Path) {
    let binary: Vec<u8> = (0..=255_u8).cycle().take(5_000).collect();
    git(at, &["init", "--quiet", "--initial-branch", "main"]);
    fs::create_dir(at.join("docs")).unwrap();
    fs::write(at.join("README.md"), "# Bytes\n\nA line.\n").unwrap();
    fs::write(at.join("docs/windows.txt"), "one\r\ntwo\r\nthree\r\n").unwrap();
    fs::write(at.join("docs/größe.txt"), "klein\n").unwrap();
    fs::write(at.join("run.sh"), "#!/bin/sh\necho run\n").unwrap();
    fs::write(at.join("logo.bin"), &binary).unwrap();
    fs::write(at.join("unended"), "no newline at the end").unwrap();
    fs::write(at.join("gone.txt"), "soon gone\n").unwrap();
    commit(at, "Begin");

    let mut changed = binary.clone();
    changed[100..140].fill(b'x');
    changed.truncate(4_900);
    fs::write(at.join("logo.bin"), &changed).unwrap();
    fs::write(at.join("new.bin"), [0, 159, 146, 150, 0, 10]).unwrap();
    commit(at, "Change and add what is binary");

    executable(&at.join("run.sh"), true);
    fs::write(at.join("tool"), "#!/bin/sh\nexit 0\n").unwrap();
    executable(&at.join("tool"), true);
    commit(at, "Make programs executable");

    symlink("docs/windows.txt", at.join("link")).unwrap();
    commit(at, "Link to a file");

    fs::create_dir(at.join("docs/größen")).unwrap();
    fs::rename(at.join("docs/größe.txt"), at.join("docs/größen/日本 語.txt")).unwrap();
    fs::write(at.join("docs/größen/日本 語.txt"), "groß\n").unwrap();
    fs::rename(at.join("unended"), at.join("ended elsewhere")).unwrap();
    commit(at, "Rename, with names beyond ASCII");

    fs::write(at.join("docs/windows.txt"), "one\r\nzwei\r\nthree\r\nfour").unwrap();
    fs::remove_file(at.join("gone.txt")).unwrap();
    commit(at, "Keep Windows' line ends, and delete a file");

    fs::remove_file(at.join("link")).unwrap();
    fs::write(at.join("link"), "a file now\n").unwrap();
    executable(&at.join("run.sh"), false);
    fs::write(at.join("empty"), "").unwrap();
    commit(at, "Put a file in a link's place");
}

#[test]
fn a_series_of_every_kind_of_change_has_the_trees_that_git_gave_it() {
    let scratch = tempfile::tempdir().unwrap();
    let (source, target) = (scratch.path().join("source"), scratch.path().join("target"));
    fs::create_dir(&source).unwrap();
    series(&source);
    let log = git(&source, &["log", "--reverse", "--format=%H %T %s"]);
    let commits: Vec<Vec<&str>> = log.lines().map(|line| line.splitn(3, ' ').collect()).collect();
    let mut specification = String::from("# Every kind of change\n\n## Steps\n\n");
    for (n, pair) in commits.windows(2).enumerate() {
        let diff = git(&source, &["diff", "--binary", "--find-renames", "--no-color", pair[0][0], pair[1][0]]);
        write!(specification, "### Step {}: {}\n\n````diff\n{diff}````\n\n", n + 1, pair[1][2]).unwrap();
    }
    specification.push_str("## Acceptance criteria\n\n- [ ] The trees are the same\n");
    let file = scratch.path().join("specification.md");
    fs::write(&file, &specification).unwrap();
    git(scratch.path(), &["clone", "--quiet", "source", "target"]);
    git(&target, &["checkout", "--quiet", "-B", "main", commits[0][0]]);
    let said = run(&["build", "--repo", target.to_str().unwrap(), "--spec", file.to_str().unwrap(), "--branch", "built", "--json"]);
    assert_eq!(said.status, 0, "{}\n{specification}", said.err);
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(report["commits"].as_array().unwrap().len(), commits.len() - 1);
    let built = git(&target, &["log", "--reverse", "--format=%T %s", "main..built"]);
    let wanted: Vec<String> = commits[1..].iter().map(|commit| format!("{} {}", commit[1], commit[2])).collect();
    assert_eq!(built.lines().collect::<Vec<_>>(), wanted);
    git(&target, &["fsck", "--strict"]);
}
