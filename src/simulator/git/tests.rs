use super::*;

fn repository() -> (tempfile::TempDir, Git) {
    let place = tempfile::tempdir().unwrap();
    let git = Git::create(&place.path().join("r.git"), "main").unwrap();
    (place, git)
}

fn put(git: &mut Git, base: Option<&str>, files: &[(&str, &str, &str)]) -> String {
    let changes = files
        .iter()
        .map(|(path, mode, content)| {
            let sha = git.write(Kind::Blob, content.as_bytes()).unwrap();
            ((*path).to_owned(), Change::Put { mode: (*mode).to_owned(), sha })
        })
        .collect();
    git.write_tree(base, &changes).unwrap()
}

fn commit(git: &mut Git, tree: &str, parents: &[String], message: &str) -> String {
    let who = Signature { name: "Ada".into(), email: "ada@example.com".into(), seconds: 1 };
    git.write_commit(tree, parents, &who, &who, message).unwrap()
}

#[test]
fn what_is_written_is_what_git_itself_would_have_written() {
    let (_place, mut git) = repository();
    let files = [("a b.txt", "100644", "1\n"), ("a/é.sh", "100755", "#!/bin/sh\n"), ("a.txt", "100644", ""), ("a/link", "120000", "é.sh")];
    let tree = put(&mut git, None, &files);
    let sha = commit(&mut git, &tree, &[], "first\n\nwith a body");
    program::run(git.dir(), &["fsck", "--strict", &sha]).unwrap();
    let listed = program::run(git.dir(), &["ls-tree", "-r", "--format=%(objectmode) %(path)", &sha]).unwrap();
    assert_eq!(listed, "100644 a b.txt\n100644 a.txt\n120000 a/link\n100755 a/é.sh\n");
    assert_eq!(git.commit(&sha).unwrap().unwrap().message, "first\n\nwith a body");
}

#[test]
fn a_changed_tree_keeps_what_did_not_change_and_drops_empty_folders() {
    let (_place, mut git) = repository();
    let first = put(&mut git, None, &[("keep/a", "100644", "a"), ("gone/deep/b", "100644", "b")]);
    let changes = BTreeMap::from([("gone/deep/b".to_owned(), Change::Delete)]);
    let second = git.write_tree(Some(&first), &changes).unwrap();
    let (entries, cut) = git.tree_recursive(&second, 100).unwrap();
    assert_eq!(entries.iter().map(Entry::path).collect::<Vec<_>>(), ["keep", "keep/a"]);
    assert!(!cut);
    assert!(git.tree_recursive(&second, 1).unwrap().1);
    assert!(matches!(git.write_tree(Some(&second), &changes), Err(Unwritable::NotThere(path)) if path == "gone/deep/b"));
}

#[test]
fn history_between_two_commits_is_told_with_its_files() {
    let (_place, mut git) = repository();
    let one = put(&mut git, None, &[("a", "100644", "1\n2\n3\n4\n5\n"), ("b", "100644", "x\n")]);
    let base = commit(&mut git, &one, &[], "base");
    let deleted = BTreeMap::from([("a".to_owned(), Change::Delete)]);
    let two = git.write_tree(Some(&one), &deleted).unwrap();
    let two = put(&mut git, Some(&two), &[("moved", "100644", "1\n2\n3\n4\n5\n"), ("b", "100644", "y\n")]);
    let head = commit(&mut git, &two, std::slice::from_ref(&base), "head");
    assert!(git.is_ancestor(&base, &head).unwrap());
    assert!(!git.is_ancestor(&head, &base).unwrap());
    let changed = git.compare(&base, &head).unwrap();
    assert_eq!(changed.commits, std::slice::from_ref(&head));
    let files = git.files_with_patches(Some(&base), &head).unwrap();
    let told: Vec<_> = files.iter().map(|f| (f.path.as_str(), f.status, f.additions, f.deletions, f.patch.is_some())).collect();
    assert_eq!(told, [("b", "modified", 1, 1, true), ("moved", "renamed", 0, 0, false)]);
}

#[test]
fn a_borrowed_repository_has_the_branches_and_not_the_objects() {
    let (place, mut git) = repository();
    let tree = put(&mut git, None, &[("a", "100644", "a")]);
    let sha = commit(&mut git, &tree, &[], "first");
    git.set_reference("refs/heads/main", &sha).unwrap();
    let (mut borrowed, branch) = Git::borrow(&place.path().join("s.git"), git.dir(), None).unwrap();
    assert_eq!((branch.as_str(), borrowed.reference("refs/heads/main")), ("main", Some(sha.as_str())));
    assert_eq!(borrowed.commit(&sha).unwrap().unwrap().message, "first");
    assert!(!borrowed.dir().join("objects").join(&sha[..2]).join(&sha[2..]).exists());
    borrowed.delete_reference("refs/heads/main").unwrap();
    assert_eq!(program::run(borrowed.dir(), &["for-each-ref"]).unwrap(), "");
    assert_ne!(program::run(git.dir(), &["for-each-ref"]).unwrap(), "", "the lender keeps its own");
}

#[test]
fn names_that_git_refuses_are_no_references() {
    for good in ["refs/heads/main", "refs/heads/journeyman/12-é", "refs/tags/v1.0"] {
        assert!(Git::is_reference_name(good), "{good}");
    }
    for bad in [
        "heads/main",
        "refs/heads",
        "refs/heads/a..b",
        "refs/heads/.a",
        "refs/heads/a.lock",
        "refs/heads/a b",
        "refs/heads//a",
        "refs/heads/a\u{0}",
    ] {
        assert!(!Git::is_reference_name(bad), "{bad}");
    }
}
