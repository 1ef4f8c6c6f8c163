//! What a repository's development container says about an image (containers.dev, "Dev Container metadata reference"). Reading never
//! fails: what cannot be used is said in words.
//!
//! Only an image that is there already is used. Nothing that the file would have built, composed, installed or run is: a build runs
//! commands as root with a network, which is what the fence keeps out.

use serde::{Deserialize, Serialize};

/// As far as we use it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Devcontainer {
    /// Where it was found.
    pub path: String,
    pub image: Option<String>,
    /// What it also asks for and does not get, by the names of its keys.
    pub ignored: Vec<String>,
    /// Why it cannot be read.
    pub unreadable: Option<String>,
}

/// Bytes of the longest that is read.
const LONGEST: usize = 256 * 1024;

/// Keys that change what is in the container, or what it may do.
const IGNORED: [&str; 14] = [
    "build",
    "dockerFile",
    "dockerComposeFile",
    "features",
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
    "runArgs",
    "mounts",
    "capAdd",
    "securityOpt",
    "privileged",
];

impl Devcontainer {
    /// Where it may be, in the order in which they are looked for.
    pub const PATHS: [&'static str; 2] = [".devcontainer/devcontainer.json", ".devcontainer.json"];

    /// JSON with comments and trailing commas, as the editors that made the format read it.
    pub fn read(path: &str, text: &str) -> Self {
        let path = path.to_owned();
        let unreadable = |why: String| Self { path: path.clone(), unreadable: Some(why), ..Self::default() };
        if text.len() > LONGEST {
            return unreadable("it is too long".into());
        }
        let options = jsonc_parser::ParseOptions {
            allow_comments: true,
            allow_trailing_commas: true,
            allow_loose_object_property_names: false,
            allow_missing_commas: false,
            allow_single_quoted_strings: false,
            allow_hexadecimal_numbers: false,
            allow_unary_plus_numbers: false,
            allow_bare_decimal_point_numbers: false,
            allow_non_finite_numbers: false,
            allow_extended_string_escapes: false,
        };
        let found = match jsonc_parser::parse_to_serde_value::<serde_json::Value>(text.trim_start_matches('\u{feff}'), &options) {
            Ok(serde_json::Value::Object(found)) => found,
            Ok(_) => return unreadable("it is no JSON object".into()),
            Err(error) => return unreadable(error.to_string().lines().next().unwrap_or_default().chars().take(200).collect()),
        };
        let image = match found.get("image") {
            None | Some(serde_json::Value::Null) => None,
            Some(serde_json::Value::String(image)) if !image.trim().is_empty() => Some(image.trim().to_owned()),
            Some(_) => return unreadable("its `image` is no name".into()),
        };
        let asks = |key: &&str| {
            found.get(*key).is_some_and(|value| match value {
                serde_json::Value::Null | serde_json::Value::Bool(false) => false,
                serde_json::Value::Array(items) => !items.is_empty(),
                serde_json::Value::Object(members) => !members.is_empty(),
                serde_json::Value::Bool(true) | serde_json::Value::Number(_) | serde_json::Value::String(_) => true,
            })
        };
        let ignored = IGNORED.iter().filter(|key| asks(key)).map(|key| (*key).to_owned()).collect();
        Self { path, image, ignored, unreadable: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Devcontainer {
        Devcontainer::read(".devcontainer.json", text)
    }

    #[test]
    fn an_image_is_found_among_comments_and_trailing_commas() {
        for text in [
            "{\"image\": \"rust:1.90\"}",
            "\u{feff}// for editors\n{\n  /* the \"image\": \"other\" */\n  \"name\": \"x // y\",\n  \"image\": \"rust:1.90\", // pinned\n  \"forwardPorts\": [3000,],\n}\n",
            "{\"image\":\" rust:1.90 \",\"features\":{},\"runArgs\":[],\"postCreateCommand\":null,\"privileged\":false}",
        ] {
            let found = read(text);
            assert_eq!((found.image.as_deref(), found.ignored.len(), found.unreadable), (Some("rust:1.90"), 0, None), "{text}");
        }
    }

    #[test]
    fn what_would_be_built_installed_or_run_is_named_and_not_used() {
        let found =
            read("{\"build\": {\"dockerfile\": \"Dockerfile\"}, \"features\": {\"ghcr.io/x/y\": {}}, \"postCreateCommand\": \"make\"}");
        assert_eq!((found.image, found.ignored), (None, vec!["build".to_owned(), "features".to_owned(), "postCreateCommand".to_owned()]));
        let found = read("{\"image\": \"a\", \"runArgs\": [\"--privileged\"], \"privileged\": true, \"dockerFile\": \"D\"}");
        assert_eq!(found.image.as_deref(), Some("a"));
        assert_eq!(found.ignored, ["dockerFile", "runArgs", "privileged"]);
    }

    #[test]
    fn without_an_image_there_is_none() {
        assert_eq!(read("{\"name\": \"x\"}"), Devcontainer { path: ".devcontainer.json".into(), ..Devcontainer::default() });
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let deep = "[".repeat(100_000);
        let long = format!("{{\"name\": \"{}\"}}", "x".repeat(300_000));
        for (text, word) in [
            ("", "no JSON object"),
            ("image: rust\n", ""),
            ("[\"image\"]", "no JSON object"),
            ("{\"image\": 1}", "no name"),
            ("{\"image\": \"\"}", "no name"),
            ("{\"image\": \"a\" \"b\": 1}", ""),
            ("{image: 'a'}", ""),
            ("{\"image\": \"a\"", ""),
            (deep.as_str(), ""),
            (long.as_str(), "too long"),
        ] {
            let found = read(text);
            let why = found.unreadable.unwrap_or_default();
            assert!(found.image.is_none() && !why.is_empty() && why.contains(word), "{}: {why}", &text[..text.len().min(40)]);
        }
    }
}
