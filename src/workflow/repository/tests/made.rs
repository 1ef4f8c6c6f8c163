//! What is made from the table of keys: the schema, the example, the README's table. `UPDATE_EXPECT=1` writes them anew.

use std::collections::BTreeSet;

use expect_test::expect_file;

use super::*;
use crate::workflow::repository::keys::{KEYS, Key};

#[test]
fn the_schema_is_made_from_the_keys() {
    let text = format!("{:#}\n", schema());
    expect_file!["../../../../deploy/journeyman.schema.json"].assert_eq(&text);
    assert!(jsonschema::draft7::meta::is_valid(&schema()));
}

#[test]
fn the_example_is_made_from_the_keys_and_sets_every_one_of_them() {
    expect_file!["../../../../deploy/journeyman.repository.example.yml"].assert_eq(&example());
    let stored = serde_json::to_value(read(&example())).unwrap();
    let nothing = serde_json::to_value(RepositorySettings::default()).unwrap();
    // A development container is no key: it is found in the repository.
    let fields = stored.as_object().unwrap().iter().filter(|(name, _)| *name != "devcontainer");
    let same: Vec<&String> = fields.filter(|(name, value)| nothing[*name] == **value).map(|(name, _)| name).collect();
    assert!(same.is_empty(), "no key sets {same:?}");
}

#[test]
fn every_key_sets_something_and_no_two_set_the_same() {
    fn leaves(keys: &[Key], open: &str, close: &str, found: &mut Vec<String>) {
        for key in keys {
            match key.kind.inner() {
                Some(inner) => leaves(inner, &format!("{open}{}: {{", key.name), &format!("}}{close}"), found),
                None => found.push(format!("{open}{}: {}{close}", key.name, key.example)),
            }
        }
    }
    let mut all = Vec::new();
    leaves(KEYS, "{", "}", &mut all);
    assert_eq!(all.len(), 22);
    let set: BTreeSet<String> = all.iter().map(|text| serde_json::to_string(&read(text)).unwrap()).collect();
    assert_eq!(set.len(), all.len());
    assert!(!set.contains(&serde_json::to_string(&RepositorySettings::default()).unwrap()));
}

#[test]
fn the_table_in_the_readme_is_made_from_the_keys() {
    let (begin, end) = ("<!-- repository:begin -->\n", "<!-- repository:end -->");
    // Read when it runs: the configuration's table in the same file may have been written anew a moment ago.
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (before, rest) = readme.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    expect_file!["../../../../README.md"].assert_eq(&format!("{before}{begin}{}{end}{after}", table()));
}
