//! Whatever a step writes, judging it ends, and quickly.

use proptest::prelude::*;

use super::*;

/// Pieces of programs, manifests and marks, so that every rule has something to look at.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known: [&[u8]; 12] = [
        b"#[test]\nfn a() { assert_eq!(1, x); }\n",
        b"def test_a():\n    assert a == 1\n",
        b"it('a', () => { expect(a).toBe(1) })\n",
        b"[dependencies]\na = \"1\"\n",
        b"{\"dependencies\": {\"a\": \"1\"}}",
        b"<<<<<<< a\n=======\n>>>>>>> b\n",
        b"-----BEGIN RSA PRIVATE KEY-----\n",
        b"-----END ",
        b"class A < B\n  def test_x; assert 1; end\nend\n",
        b"((((((((((((((((((((\n",
        b"\xff\xfe\0\0",
        "\u{e9}\u{2026} \u{202e}`\r\n".as_bytes(),
    ];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(<[u8]>::to_vec), proptest::collection::vec(any::<u8>(), 0..40)]
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(piece(), 0..8).prop_map(|pieces| pieces.concat())
}

fn path() -> impl Strategy<Value = String> {
    let names = [
        "a.rs",
        "tests/b.rs",
        "test_a.py",
        "a.test.ts",
        "b_test.go",
        "ATest.java",
        "a_spec.rb",
        "a.tsx",
        "Cargo.toml",
        "package.json",
        "pyproject.toml",
        "requirements.txt",
        "setup.py",
        "setup.cfg",
        "go.mod",
        "pom.xml",
        "build.gradle",
        "Gemfile",
        "composer.json",
        "a.csproj",
        "pubspec.yaml",
        "Package.swift",
        "mix.exs",
        "Cargo.lock",
        "LICENSE",
        "a.png",
        "vendor/a.js",
        "libs.versions.toml",
        "Pipfile",
    ];
    prop_oneof![proptest::sample::select(names.to_vec()).prop_map(str::to_owned), "\\PC{0,8}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_are_too_strange(files in proptest::collection::btree_map(path(), (content(), proptest::option::of(content()), 0_u8..6), 1..6), words in "\\PC{0,60}") {
        let change = |bytes: &[u8], kind: u8| match kind {
            0 => FileChange::Delete,
            1 => FileChange::Write(FileContent { mode: Mode::Symlink, bytes: bytes.to_vec() }),
            _ => FileChange::Write(FileContent { mode: Mode::Regular, bytes: bytes.to_vec() }),
        };
        let set = ChangeSet { files: files.iter().map(|(path, (after, _, kind))| (path.clone(), change(after, *kind))).collect() };
        let named = ["src/x.rs".to_owned()];
        let rules = Rules { named: &named, words: &words, specification: &words, ..Rules::default() };
        let found = judge(&set, &rules, |path| files.get(path).and_then(|(_, before, _)| before.clone()));
        for finding in &found {
            prop_assert!(!finding.to_string().is_empty() && finding.line != Some(0));
        }
        // What a step leaves as it was is not judged.
        let same = judge(&set, &Rules::default(), |path| files.get(path).map(|(after, _, _)| after.clone()));
        let about_lines = same.iter().filter(|finding| finding.line.is_some() && files[&finding.path].2 > 1);
        prop_assert_eq!(about_lines.count(), 0, "{:?}", same);
    }

    #[test]
    fn what_is_redacted_holds_no_credential(pieces in proptest::collection::vec("\\PC{0,20}", 2..5)) {
        let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ");
        let text = pieces.join(&format!(" {token} "));
        let clean = redact(&text);
        prop_assert!(!clean.contains(&token), "{}", clean);
        prop_assert_eq!(redact(&clean), clean.as_ref());
    }

    #[test]
    fn any_text_declares_something_or_nothing(text in "\\PC{0,200}", path in path()) {
        syntax::symbols(&path, &text);
        syntax::tests(&path, &text);
    }
}

#[test]
fn a_private_key_is_redacted_whole_and_an_ordinary_text_is_left_alone() {
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n".repeat(4);
    let key = format!("-----BEGIN RSA PRIVATE KEY-----\n{body}-----END RSA PRIVATE KEY-----");
    assert_eq!(redact(&format!("before\n{key}\nafter")), "before\n[removed: a private key]\nafter");
    // Cut off by whoever printed it.
    assert_eq!(redact(&format!("x\n-----BEGIN PRIVATE KEY-----\n{body}")), "x\n[removed: a private key]");
    let plain = "nothing of that kind, ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    assert!(matches!(redact(plain), std::borrow::Cow::Borrowed(text) if text == plain));
}

#[test]
fn nesting_without_end_is_read_to_an_end() {
    for (path, piece) in [("a.rs", "("), ("a.py", "["), ("a.js", "{a:"), ("a.go", "{"), ("a.java", "("), ("a.rb", "[")] {
        let text = format!("{}\n", piece.repeat(40_000));
        syntax::symbols(path, &text);
        syntax::tests(path, &text);
    }
}

#[test]
fn a_large_change_to_a_large_file_is_judged_in_its_added_part() {
    let line = "the same line again and again\n";
    let large = line.repeat(300_000);
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ");
    let set = changes(&[("data.txt", Mode::Regular, &format!("{large}{token}\n{large}"))]);
    let found: Vec<String> = judge(&set, &Rules::default(), |_| Some(large.repeat(2).into())).iter().map(ToString::to_string).collect();
    assert_eq!(found, ["`data.txt` line 300001 holds a GitHub token"]);
}
