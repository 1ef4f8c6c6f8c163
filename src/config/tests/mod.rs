mod means;
mod refused;

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use expect_test::{expect, expect_file};
use secrecy::ExposeSecret;

use super::{Config, KEYS, LogFormat, example, load, table};

/// A key made for this run, so that none lies in the repository.
static KEY: LazyLock<String> = LazyLock::new(|| {
    let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&key).unwrap();
    armour("PRIVATE KEY", der.as_ref())
});

fn armour(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", base64::engine::general_purpose::STANDARD.encode(der))
}

/// A directory with a good key and a good secret beside the file under test.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        place.write("key.pem", &KEY);
        place.write("secret", "s3cret\n");
        place
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn load(&self, file: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let path = self.write("journeyman.toml", file);
        let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        load(Some(&path), variables).map_err(|error| self.relative(&error.to_string()))
    }

    fn relative(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

const GOOD: &str = "[app]\nid = 7\nprivate_key_path = \"key.pem\"\n[webhook]\nsecrets_path = \"secret\"\n";

#[test]
fn a_file_with_what_is_needed_gets_the_defaults_for_the_rest() {
    let place = Place::new();
    let config = place.load(GOOD, &[]).unwrap();
    assert_eq!(config.app.id, 7);
    assert_eq!(config.app.private_key.expose_secret(), KEY.as_str());
    assert_eq!(config.webhook.secrets.iter().map(|secret| secret.expose_secret()).collect::<Vec<_>>(), ["s3cret"]);
    let rest = (config.github, config.store, config.cache, config.server, config.workflow, config.ci, config.log);
    expect![[r#"(GitHub { api: "https://api.github.com" }, Store { path: "journeyman.db" }, Cache { dir: "journeyman-cache" }, Server { listen: 127.0.0.1:8420, public_url: None }, Workflow { label: "implement", workers: 4 }, Ci { poll: 60s, grace: 120s, grace_with_workflows: 600s, timeout: 7200s, patience: 900s, repairs_per_check: 2, repairs: 10 }, Log { format: Text, filter: "info" })"#]]
    .assert_eq(&format!("{rest:?}"));
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn a_variable_wins_over_the_file_also_where_two_keys_say_the_same() {
    let place = Place::new();
    let other = place.write("other", "new\n\nold\n");
    let variables = [
        ("JOURNEYMAN_APP_ID", "8"),
        ("JOURNEYMAN_APP_PRIVATE_KEY", &KEY.trim().replace('\n', "\\n")),
        ("JOURNEYMAN_WEBHOOK_SECRETS_PATH", other.to_str().unwrap()),
        ("JOURNEYMAN_CI_POLL_SECONDS", "5"),
        ("JOURNEYMAN_LOG_FORMAT", "json"),
        ("JOURNEYMAN_STORE_PATH", "here.db"),
    ];
    let config = place.load(&format!("{GOOD}[ci]\npoll_seconds = 30\n[store]\npath = \"there.db\"\n"), &variables).unwrap();
    assert_eq!((config.app.id, config.ci.poll, config.log.format), (8, Duration::from_secs(5), LogFormat::Json));
    assert_eq!(config.app.private_key.expose_secret(), KEY.trim());
    assert_eq!(config.webhook.secrets.iter().map(|secret| secret.expose_secret()).collect::<Vec<_>>(), ["new", "old"]);
    assert_eq!(config.store.path, Path::new("here.db"), "a variable's path starts at the working directory");
}

#[test]
fn everything_can_come_from_variables_alone() {
    let variables = [("JOURNEYMAN_APP_ID", "8"), ("JOURNEYMAN_APP_PRIVATE_KEY", &KEY), ("JOURNEYMAN_WEBHOOK_SECRET", "new,old\nolder")];
    let config = load(None, variables.map(|(name, value)| (name.into(), value.into()))).unwrap();
    assert_eq!(config.webhook.secrets.len(), 3);
    assert_eq!(config.webhook.secrets[1].expose_secret(), "old");
}

#[test]
fn a_path_in_the_file_starts_at_the_files_directory() {
    let place = Place::new();
    let config = place.load(&format!("{GOOD}[cache]\ndir = \"mirrors\"\n"), &[]).unwrap();
    assert_eq!(config.cache.dir, place.0.path().join("mirrors"));
}

#[test]
fn secrets_are_not_shown() {
    let place = Place::new();
    let config = place.load(GOOD, &[("JOURNEYMAN_WEBHOOK_SECRET", "swordfish")]).unwrap();
    let shown = format!("{config:?}");
    assert!(!shown.contains("swordfish") && !shown.contains("BEGIN"), "{shown}");
    assert!(shown.contains("REDACTED"), "{shown}");
    // Neither when the file cannot be read as TOML, whose parser would show the line.
    let error = place.load("[webhook]\nsecrets = [\"swordfish\"\n", &[]).unwrap_err();
    assert!(!error.contains("swordfish"), "{error}");
}

#[test]
fn a_key_that_others_can_read_is_warned_about() {
    let place = Place::new();
    std::fs::set_permissions(place.0.path().join("key.pem"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let config = place.load(GOOD, &[]).unwrap();
    expect!["app.private_key_path: key.pem can be read by others than its owner (mode 644); chmod 600 it"]
        .assert_eq(&place.relative(&config.warnings.join("\n")));
}

#[test]
fn the_example_file_is_made_from_the_keys_and_loads() {
    expect_file!["../../../deploy/journeyman.example.toml"].assert_eq(&example());
    let place = Place::new();
    place.write("private-key.pem", &KEY);
    place.write("webhook-secret", "s3cret");
    let as_given = place.load(&example(), &[]).unwrap();
    // With every default written out nothing changes but the place where relative paths start.
    let spelled_out: String = example()
        .lines()
        .map(|line| {
            match line.strip_prefix("# ").filter(|rest| rest.contains(" = ") && !rest.contains("_key = ") && !rest.starts_with("secrets "))
            {
                Some(rest) => format!("{rest}\n"),
                None => format!("{line}\n"),
            }
        })
        .collect();
    let spelled_out = place.load(&spelled_out, &[]).unwrap();
    assert_eq!(format!("{as_given:?}"), place.relative(&format!("{spelled_out:?}")));
}

#[test]
fn names_and_variables_agree() {
    for key in KEYS {
        let derived = format!("JOURNEYMAN_{}", key.name.replace('.', "_").to_uppercase());
        // Providers' keys have the names that people have set them by already.
        let known = key.variable.ends_with("_API_KEY") || ["webhook.secrets", "model.name"].contains(&key.name);
        assert!(key.variable == derived || known, "{} and {}", key.name, key.variable);
    }
}

#[test]
fn the_table_in_the_readme_is_made_from_the_keys() {
    let (begin, end) = ("<!-- configuration:begin -->\n", "<!-- configuration:end -->");
    let readme = include_str!("../../../README.md");
    let (before, rest) = readme.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    expect_file!["../../../README.md"].assert_eq(&format!("{before}{begin}{}{end}{after}", table()));
}

#[test]
fn every_variable_that_deployment_and_documents_set_exists() {
    let unknown = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
        words.filter(|word| word.starts_with("JOURNEYMAN_") && !KEYS.iter().any(|key| key.variable == *word)).map(str::to_owned).collect()
    };
    assert_eq!(unknown("ENV JOURNEYMAN_APP_ID=1 JOURNEYMAN_APP_IDS=2"), ["JOURNEYMAN_APP_IDS"]);
    for text in [
        include_str!("../../../deploy/Dockerfile"),
        include_str!("../../../deploy/journeyman.service"),
        include_str!("../../../deploy/README.md"),
        include_str!("../../../README.md"),
    ] {
        assert_eq!(unknown(text), Vec::<String>::new());
    }
}
