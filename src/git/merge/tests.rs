use std::path::Path;

use super::*;
use crate::git::tests::Repo;

type Files<'a> = &'a [(&'a str, Mode, &'a str)];

/// Merges what the two sides made of what was there before both.
async fn merged(before: Files<'_>, ours: Files<'_>, theirs: Files<'_>) -> (tempfile::TempDir, Mirror, Result<Merged, Error>) {
    let (repo, cache) = (Repo::new(), tempfile::tempdir().unwrap());
    let mirror = Mirror::open(cache.path(), &"octo/notes".parse().unwrap()).unwrap();
    let url = repo.git_dir().to_str().unwrap().to_owned();
    let mut commits = Vec::new();
    for files in [before, ours, theirs] {
        let raw: Vec<(&[u8], Mode, &[u8])> = files.iter().map(|(name, mode, text)| (name.as_bytes(), *mode, text.as_bytes())).collect();
        let commit = repo.commit(&raw);
        mirror.fetch(&url, None, &commit).await.unwrap();
        commits.push(commit);
    }
    let [before, ours, theirs] = commits.as_slice() else { panic!("three commits") };
    let merged = merge(&mirror, Sides { before, ours, theirs });
    (cache, mirror, merged)
}

/// The merge's conflicts by path and kind, and its changes beside their side; a file that is written as its text.
async fn outcome(before: Files<'_>, ours: Files<'_>, theirs: Files<'_>) -> (Vec<(String, ConflictKind)>, Vec<(String, String)>) {
    let (_cache, _, merged) = merged(before, ours, theirs).await;
    let merged = merged.unwrap();
    let conflicts = merged.conflicts.into_iter().map(|unmerged| (unmerged.conflict.path, unmerged.conflict.kind)).collect();
    let told = |(path, change): (String, FileChange)| match change {
        FileChange::Write(file) => {
            let mode = if file.mode == Mode::Regular { "" } else { file.mode.as_git() };
            (path, format!("{mode}{}", String::from_utf8_lossy(&file.bytes)))
        }
        FileChange::Delete => (path, "deleted".into()),
    };
    (conflicts, merged.changes.files.into_iter().map(told).collect())
}

fn changes(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn conflicts(all: &[(&str, ConflictKind)]) -> Vec<(String, ConflictKind)> {
    all.iter().map(|(path, kind)| ((*path).to_owned(), *kind)).collect()
}

const R: Mode = Mode::Regular;
const NINE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

#[tokio::test]
async fn what_only_one_side_touched_is_merged_and_only_what_our_side_brought_is_told() {
    let ours: Files<'_> = &[("a", R, "ours\n"), ("b", R, "b\n"), ("new", R, "new\n")];
    let theirs: Files<'_> = &[("a", R, "a\n"), ("b", R, "theirs\n"), ("c", R, "c\n"), ("more", R, "more\n")];
    let before: Files<'_> = &[("a", R, "a\n"), ("b", R, "b\n"), ("c", R, "c\n")];
    let (found, told) = outcome(before, ours, theirs).await;
    assert_eq!((found, told), (Vec::new(), changes(&[("a", "ours\n"), ("c", "deleted"), ("new", "new\n")])));
}

#[tokio::test]
async fn different_places_of_one_file_are_merged() {
    let (first, last) = (NINE.replace('1', "one"), NINE.replace('9', "nine"));
    let (found, told) = outcome(&[("a", R, NINE)], &[("a", R, &first)], &[("a", R, &last)]).await;
    let both = first.replace('9', "nine");
    assert_eq!((found, told), (Vec::new(), changes(&[("a", &both)])));
}

#[tokio::test]
async fn one_place_of_one_file_shows_both_sides_and_what_was_before_them() {
    let (ours, theirs) = (NINE.replace('5', "five"), NINE.replace('5', "V"));
    let (_cache, mirror, merged) = merged(&[("a", R, NINE)], &[("a", R, &ours)], &[("a", R, &theirs)]).await;
    let merged = merged.unwrap();
    let [unmerged] = merged.conflicts.as_slice() else { panic!("{:?}", merged.conflicts) };
    assert_eq!(unmerged.conflict, Conflict { path: "a".into(), kind: ConflictKind::Text });
    assert_eq!((unmerged.ours.as_deref(), unmerged.theirs.as_deref()), (Some(ours.as_bytes()), Some(theirs.as_bytes())));
    let shown = "1\n2\n3\n4\n<<<<<<< this-branch\nfive\n||||||| before-both\n5\n=======\nV\n>>>>>>> base-branch\n6\n7\n8\n9\n";
    let file = mirror.workspace(&merged.commit).unwrap().read("a").unwrap().unwrap();
    assert_eq!(String::from_utf8_lossy(&file.bytes), shown);
    assert_eq!(merged.changes.files.get("a"), Some(&FileChange::Write(file)));
    assert!(mirror.has(&merged.commit).unwrap(), "whoever resolves it gets its files");
}

#[tokio::test]
async fn a_file_that_both_added_is_in_conflict_and_the_same_file_is_not() {
    let (found, told) = outcome(&[], &[("a", R, "ours\n"), ("same", R, "s\n")], &[("a", R, "theirs\n"), ("same", R, "s\n")]).await;
    assert_eq!(found, conflicts(&[("a", ConflictKind::Text)]));
    let shown = "<<<<<<< this-branch\nours\n||||||| before-both\n=======\ntheirs\n>>>>>>> base-branch\n";
    assert_eq!(told, changes(&[("a", shown)]));
}

#[tokio::test]
async fn what_one_side_deleted_and_the_other_changed_is_told_with_who_did_what() {
    let before: Files<'_> = &[("a", R, "a\n"), ("b", R, "b\n")];
    let (found, _) = outcome(before, &[("b", R, "ours\n")], &[("a", R, "theirs\n")]).await;
    assert_eq!(found, conflicts(&[("a", ConflictKind::DeletedByUs), ("b", ConflictKind::DeletedByThem)]));
}

#[tokio::test]
async fn a_mode_and_a_content_go_together_and_a_link_beside_a_changed_file_does_not() {
    let (found, told) = outcome(&[("a", R, NINE)], &[("a", Mode::Executable, NINE)], &[("a", R, "theirs\n")]).await;
    assert_eq!((found, told), (Vec::new(), changes(&[("a", "100755theirs\n")])));
    let (found, _) = outcome(&[("a", R, NINE)], &[("a", Mode::Symlink, "b")], &[("a", R, "theirs\n")]).await;
    assert_eq!(found.first(), Some(&("a".to_owned(), ConflictKind::OtherKind)), "{found:?}");
}

#[tokio::test]
async fn bytes_that_are_no_text_are_not_merged() {
    let (found, told) = outcome(&[("a", R, "\0a")], &[("a", R, "\0b")], &[("a", R, "\0c")]).await;
    assert_eq!((found, told), (conflicts(&[("a", ConflictKind::Binary)]), changes(&[("a", "\0b")])));
    let pointer = |id: char| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 1\n", id.to_string().repeat(64));
    let [before, ours, theirs] = ['a', 'b', 'c'].map(pointer);
    let (found, _) = outcome(&[("a", R, &before)], &[("a", R, &ours)], &[("a", R, &theirs)]).await;
    assert_eq!(found, conflicts(&[("a", ConflictKind::Binary)]), "a pointer to a large file is not for writing");
    let latin = |byte: u8| [NINE.as_bytes(), &[byte, b'\n']].concat();
    let (repo, cache) = (Repo::new(), tempfile::tempdir().unwrap());
    let mirror = Mirror::open(cache.path(), &"octo/notes".parse().unwrap()).unwrap();
    let mut commits = Vec::new();
    for byte in [0xe4, 0xf6, 0xfc] {
        let commit = repo.commit(&[(b"a", R, &latin(byte))]);
        mirror.fetch(repo.git_dir().to_str().unwrap(), None, &commit).await.unwrap();
        commits.push(commit);
    }
    let merged = merge(&mirror, Sides { before: &commits[0], ours: &commits[1], theirs: &commits[2] }).unwrap();
    assert_eq!(merged.conflicts[0].conflict.kind, ConflictKind::Other, "nobody here writes another encoding than UTF-8");
}

#[tokio::test]
async fn a_renamed_file_takes_the_others_changes_along_and_two_names_for_one_file_are_a_conflict() {
    let theirs = NINE.replace('9', "nine");
    let (found, told) = outcome(&[("old", R, NINE)], &[("new", R, NINE)], &[("old", R, &theirs)]).await;
    assert_eq!((found, told), (Vec::new(), changes(&[("new", &theirs), ("old", "deleted")])));
    let (found, _) = outcome(&[("old", R, NINE)], &[("ours", R, NINE)], &[("theirs", R, NINE)]).await;
    let renamed = ["old", "ours", "theirs"].map(|path| (path, ConflictKind::Renamed));
    assert_eq!(found, conflicts(&renamed));
    let ours = NINE.replace('5', "five");
    let (found, told) = outcome(&[("old", R, NINE)], &[("new", R, &ours)], &[("old", R, &NINE.replace('5', "V"))]).await;
    assert_eq!(found, conflicts(&[("new", ConflictKind::Text)]), "in the file's newer name");
    assert!(told[0].1.contains("<<<<<<< this-branch"), "{told:?}");
}

#[tokio::test]
async fn a_file_in_the_place_of_a_directory_is_told_by_its_own_name() {
    let (found, _) = outcome(&[], &[("a", R, "ours\n")], &[("a/b", R, "theirs\n")]).await;
    assert_eq!(found, conflicts(&[("a", ConflictKind::Directory)]));
}

#[tokio::test]
async fn submodules_that_only_the_base_has_stay_and_those_of_the_branch_are_told() {
    let (found, told) = outcome(&[], &[("a", R, "a\n")], &[("lib", Mode::Submodule, "")]).await;
    assert_eq!((found, told), (Vec::new(), changes(&[("a", "a\n")])));
    let (found, _) = outcome(&[], &[("lib", Mode::Submodule, "")], &[("a", R, "a\n")]).await;
    assert_eq!(found, conflicts(&[("lib", ConflictKind::Submodule)]));
}

#[tokio::test]
async fn with_nothing_to_merge_nothing_changes_and_the_same_merge_is_the_same_commit() {
    let (_cache, mirror, merged) = merged(&[("a", R, "a\n")], &[("a", R, "a\n")], &[("a", R, "theirs\n")]).await;
    let merged = merged.unwrap();
    assert!(merged.changes.is_empty() && merged.conflicts.is_empty(), "{merged:?}");
    let commit = merged.commit.clone();
    let again = merge(&mirror, Sides { before: &commit, ours: &commit, theirs: &commit }).unwrap();
    assert_eq!(again, Merged { commit, ..merged });
}

#[test]
fn a_git_that_is_too_old_is_told_as_that() {
    let Error::Never(told) = refused("merge a into b", Some(129), b"usage: git merge-tree [--write-tree]\n") else { panic!("for ever") };
    assert!(told.contains("git 2.40"), "{told}");
    assert!(matches!(refused("merge", Some(128), b"fatal: bad object 1234\n"), Error::NotFound(_)));
    let mirror = Path::new("/nowhere/octo/notes.git");
    assert!(point(mirror, OURS, &"1234567890123456789012345678901234567890".parse().unwrap()).is_err());
}
