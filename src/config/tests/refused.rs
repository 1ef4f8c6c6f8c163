use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use base64::Engine;
use expect_test::{Expect, expect};

use super::super::load;
use super::{GOOD, KEY, Place, armour};

/// What is wrong with a good file to which `more` is added, under these variables.
fn wrong(more: &str, variables: &[(&str, &str)], lines: Expect) {
    let problems = match Place::new().load(&format!("{GOOD}{more}"), variables) {
        Ok(_) => "nothing".to_owned(),
        Err(lines) => lines,
    };
    lines.assert_eq(&problems);
}

#[test]
fn nothing_set_is_told_in_one_go() {
    let error = load(None, []).unwrap_err();
    expect![[r#"
        app.id: missing: set app.id (JOURNEYMAN_APP_ID): the App's id, from its settings page on GitHub
        app.private_key_path: missing: set app.private_key_path (JOURNEYMAN_APP_PRIVATE_KEY_PATH) or app.private_key (JOURNEYMAN_APP_PRIVATE_KEY): the file with the App's private key, as GitHub gave it (PEM)
        webhook.secrets_path: missing: set webhook.secrets_path (JOURNEYMAN_WEBHOOK_SECRETS_PATH) or webhook.secrets (JOURNEYMAN_WEBHOOK_SECRET): a file with the webhook's secret; while it is being replaced, the new and the old one, a line each"#]].assert_eq(&error.to_string());
}

#[test]
fn a_file_that_is_absent_is_named() {
    let error = load(Some(Path::new("no/such.toml")), []).unwrap_err();
    expect!["no/such.toml: failed to read the configuration: No such file or directory (os error 2)"]
        .assert_eq(&error.problems[0].to_string());
}

#[test]
fn unknown_keys_are_refused_with_the_nearest_one() {
    wrong(
        "secret = \"x\"\n[ci]\npoll_secs = 5\n[servr]\nlisten = \"x\"\n[zzz]\n",
        &[],
        expect![[r#"
        journeyman.toml:8: ci.poll_secs: unknown key; did you mean ci.poll_seconds?
        journeyman.toml:10: servr.listen: unknown key; did you mean server.listen?
        journeyman.toml:6: webhook.secret: unknown key; did you mean webhook.secrets?
        journeyman.toml:11: zzz: unknown key"#]],
    );
    wrong("", &[("JOURNEYMAN_APP_IDS", "5")], expect!["nothing"]);
    let config = Place::new().load(GOOD, &[("JOURNEYMAN_APP_IDS", "5"), ("JOURNEYMAN_SERVICE_HOST", "10.0.0.1")]).unwrap();
    expect!["JOURNEYMAN_APP_IDS is passed over: there is no such setting; did you mean JOURNEYMAN_APP_ID?"]
        .assert_eq(&config.warnings.join("\n"));
}

#[test]
fn what_is_not_toml_is_shown_by_its_line() {
    wrong(
        "[ci]\npoll_seconds = \n[ci]\n",
        &[],
        expect![[r#"
            journeyman.toml:7: not TOML: string values must be quoted, expected literal string
            journeyman.toml:8: not TOML: duplicate key"#]],
    );
}

#[test]
fn wrong_types_and_ranges_say_what_was_expected() {
    wrong(
        "[ci]\npoll_seconds = \"soon\"\ngrace_seconds = -1\ntimeout_seconds = 1.5\n[workflow]\nlabel = \"\"\nworkers = 65\n[store]\npath = true\n\
         [log]\nformat = \"xml\"\nfilter = \"a=b=c\"\n[server]\nlisten = \"localhost:80\"\n",
        &[("JOURNEYMAN_APP_ID", "0x7"), ("JOURNEYMAN_CI_GRACE_WITH_WORKFLOWS_SECONDS", "")],
        expect![[r#"
            JOURNEYMAN_APP_ID: app.id: expected a whole number from 1, found "0x7"
            journeyman.toml:14: store.path: expected a path, found a boolean
            journeyman.toml:19: server.listen: expected an IP address with a port, such as 127.0.0.1:8420, found "localhost:80"
            journeyman.toml:11: workflow.label: expected a label's name of 1 to 50 characters, found ""
            journeyman.toml:12: workflow.workers: expected a whole number from 1 to 64, found 65
            journeyman.toml:7: ci.poll_seconds: expected a whole number from 1 to 3600, found "soon"
            journeyman.toml:8: ci.grace_seconds: expected a whole number from 0 to 86400, found -1
            JOURNEYMAN_CI_GRACE_WITH_WORKFLOWS_SECONDS: ci.grace_with_workflows_seconds: expected a whole number from 0 to 86400, found ""
            journeyman.toml:9: ci.timeout_seconds: expected a whole number from 1 to 604800, found a fraction
            journeyman.toml:16: log.format: expected text or json, found "xml"
            journeyman.toml:17: log.filter: expected a log filter, such as info or journeyman=debug,info, found "a=b=c""#]],
    );
    wrong(
        &format!("[workflow]\nlabel = \"{}\"\n", "x".repeat(51)),
        &[],
        expect!["journeyman.toml:7: workflow.label: expected a label's name of 1 to 50 characters, found 51"],
    );
}

#[test]
fn the_address_for_people_must_keep_what_it_leads_to_private() {
    for (address, line) in [
        ("", expect!["nothing"]),
        ("https://journeyman.example.com", expect!["nothing"]),
        ("https://example.com:8443/journeyman", expect!["nothing"]),
        ("http://127.0.0.1:8420", expect!["nothing"]),
        (
            "http://journeyman.example.com",
            expect![[
                r#"JOURNEYMAN_SERVER_PUBLIC_URL: server.public_url: expected https, because whoever sees a page's address may read the page, found "http://journeyman.example.com""#
            ]],
        ),
        (
            "https://me:pw@journeyman.example.com",
            expect!["JOURNEYMAN_SERVER_PUBLIC_URL: server.public_url: an address must not hold a user or a password"],
        ),
        (
            "https://journeyman.example.com/",
            expect![[
                r#"JOURNEYMAN_SERVER_PUBLIC_URL: server.public_url: expected an address such as https://journeyman.example.com, with neither a slash at its end nor ? or #, found "https://journeyman.example.com/""#
            ]],
        ),
        (
            "https://journeyman.example.com?x",
            expect![[
                r#"JOURNEYMAN_SERVER_PUBLIC_URL: server.public_url: expected an address such as https://journeyman.example.com, with neither a slash at its end nor ? or #, found "https://journeyman.example.com?x""#
            ]],
        ),
        (
            "journeyman.example.com",
            expect![[
                r#"JOURNEYMAN_SERVER_PUBLIC_URL: server.public_url: expected an address such as https://journeyman.example.com, with neither a slash at its end nor ? or #, found "journeyman.example.com""#
            ]],
        ),
    ] {
        wrong("", &[("JOURNEYMAN_SERVER_PUBLIC_URL", address)], line);
    }
}

#[test]
fn an_api_address_must_be_safe_to_send_tokens_to() {
    for (address, line) in [
        (
            "api.github.com",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected an address such as https://api.github.com or https://HOST/api/v3, with its https://, found "api.github.com""#
            ]],
        ),
        (
            "https://api.github.com/",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected an address without a slash at its end, found "https://api.github.com/""#
            ]],
        ),
        (
            "http://ghe.example.com/api/v3",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected https, because tokens would cross the network in the clear, found "http://ghe.example.com/api/v3""#
            ]],
        ),
        (
            "https://github.com",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected https://api.github.com, which is github.com's API, found "https://github.com""#
            ]],
        ),
        (
            "https://me:pw@ghe.example.com/api/v3",
            expect!["JOURNEYMAN_GITHUB_API: github.api: an address must not hold a user or a password"],
        ),
        ("me:pw@ghe.example.com", expect!["JOURNEYMAN_GITHUB_API: github.api: an address must not hold a user or a password"]),
        (
            "https://ghe.example.com/api/v3?x=1",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected an address without ? or #, found "https://ghe.example.com/api/v3?x=1""#
            ]],
        ),
        (
            "ftp://ghe.example.com",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected an address such as https://api.github.com or https://HOST/api/v3, found "ftp://ghe.example.com""#
            ]],
        ),
        (
            "http://localhost.example.com",
            expect![[
                r#"JOURNEYMAN_GITHUB_API: github.api: expected https, because tokens would cross the network in the clear, found "http://localhost.example.com""#
            ]],
        ),
        ("http://127.0.0.1:8421", expect!["nothing"]),
        ("http://[::1]:8421", expect!["nothing"]),
        ("http://localhost:8421/api/v3", expect!["nothing"]),
        ("https://ghe.example.com:8443/api/v3", expect!["nothing"]),
    ] {
        wrong("", &[("JOURNEYMAN_GITHUB_API", address)], line);
    }
}

#[test]
fn a_private_key_must_be_an_rsa_key_that_signs() {
    let body: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
    let mut damaged = der.clone();
    damaged.truncate(200);
    for (pem, line) in [
        (String::new(), expect!["JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: is empty; expected an RSA private key in PEM"]),
        (
            "hunter2".to_owned(),
            expect![
                "JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: expected an RSA private key in PEM, as GitHub gives it (-----BEGIN RSA PRIVATE KEY-----)"
            ],
        ),
        (
            armour("PRIVATE KEY", &damaged),
            expect![
                "JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: expected an RSA private key in PEM, as GitHub gives it (-----BEGIN RSA PRIVATE KEY-----)"
            ],
        ),
        (
            armour("RSA PRIVATE KEY", &damaged),
            expect![
                "JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: expected an RSA private key in PEM, as GitHub gives it (-----BEGIN RSA PRIVATE KEY-----)"
            ],
        ),
        (
            armour("PUBLIC KEY", &der),
            expect![
                "JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: is a public key; expected the RSA private key in PEM, as GitHub gives it"
            ],
        ),
        (
            armour("ENCRYPTED PRIVATE KEY", &der),
            expect![
                "JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: is encrypted; expected an RSA private key in PEM without a passphrase, as GitHub gives it"
            ],
        ),
        (
            armour("EC PRIVATE KEY", b"\x30\x03\x02\x01\x01"),
            expect!["JOURNEYMAN_APP_PRIVATE_KEY: app.private_key: is an EC key; expected an RSA private key in PEM, as GitHub gives it"],
        ),
    ] {
        wrong("", &[("JOURNEYMAN_APP_PRIVATE_KEY", &pem)], line);
    }
}

#[test]
fn files_of_secrets_that_cannot_be_used_are_named() {
    let place = Place::new();
    place.write("empty", "\n \n");
    place.write("long", &"x".repeat(70_000));
    let file = "[app]\nid = 7\nprivate_key_path = \"long\"\n[webhook]\nsecrets_path = \"empty\"\n";
    expect![[r#"
        journeyman.toml:3: app.private_key_path: failed to read long: it is longer than 64 KiB, so it is not what was meant
        journeyman.toml:5: webhook.secrets_path: holds an empty secret; expected the text that was entered as the App's webhook secret"#]]
    .assert_eq(&place.load(file, &[]).unwrap_err());
    let file = "[app]\nid = 7\nprivate_key_path = \"absent.pem\"\n[webhook]\nsecrets_path = \".\"\n";
    expect![[r#"
        journeyman.toml:3: app.private_key_path: failed to read absent.pem: No such file or directory (os error 2)
        journeyman.toml:5: webhook.secrets_path: failed to read .: it is a directory"#]]
    .assert_eq(&place.load(file, &[]).unwrap_err().replace("/.:", ":"));
}

#[test]
fn empty_secrets_are_refused() {
    wrong(
        "",
        &[("JOURNEYMAN_WEBHOOK_SECRET", "")],
        expect![
            "JOURNEYMAN_WEBHOOK_SECRET: webhook.secrets: holds an empty secret; expected the text that was entered as the App's webhook secret"
        ],
    );
    wrong(
        "",
        &[("JOURNEYMAN_WEBHOOK_SECRET", "good, ,better")],
        expect![
            "JOURNEYMAN_WEBHOOK_SECRET: webhook.secrets: holds an empty secret; expected the text that was entered as the App's webhook secret"
        ],
    );
    let file = format!("{}secrets = []\n", GOOD.replace("secrets_path = \"secret\"\n", ""));
    expect!["journeyman.toml:5: webhook.secrets: holds an empty secret; expected the text that was entered as the App's webhook secret"]
        .assert_eq(&Place::new().load(&file, &[]).unwrap_err());
    let file = file.replace("[]", "[1]");
    expect!["journeyman.toml:5: webhook.secrets: expected a list of texts"].assert_eq(&Place::new().load(&file, &[]).unwrap_err());
}

#[test]
fn two_keys_that_say_the_same_in_one_place_are_refused() {
    wrong(
        "secrets = [\"x\"]\n",
        &[],
        expect!["journeyman.toml:5: webhook.secrets_path: set together with webhook.secrets (journeyman.toml:6); keep one of them"],
    );
}

#[test]
fn a_variable_that_is_not_utf8_is_refused() {
    let path = Place::new();
    let file = path.write("journeyman.toml", GOOD);
    let error = load(Some(&file), [("JOURNEYMAN_LOG_FILTER".into(), OsString::from_vec(vec![0xff]))]).unwrap_err();
    expect!["JOURNEYMAN_LOG_FILTER: log.filter: expected UTF-8 text"].assert_eq(&error.to_string());
}
