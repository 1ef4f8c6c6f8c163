//! What is said about the image in which a repository's commands run, or would.

use super::text::{code, inline, listed};
use crate::workflow::Devcontainer;

/// A repository names an image, and this server runs nothing in containers.
pub fn image_without_engine(image: &str) -> String {
    format!(
        "the repository wants its commands to run in the image {}, and this server runs no containers (`sandbox.container`)",
        code(image)
    )
}

/// The engine that is configured does not work.
pub fn engine_out_of_order(image: &str, why: &str) -> String {
    format!(
        "the repository wants its commands to run in the image {}, and the engine of this server does not work: failed to {why}",
        code(image)
    )
}

/// Why commands run on the server's own programs, though there is a development container; for the pull request.
pub fn devcontainer_not_used(found: &Devcontainer, why: &str) -> String {
    format!("Commands ran on the server's own programs, not in the container of {}: {}.", code(&found.path), inline(why))
}

/// Nothing is built or installed: only an image that is there already is used.
pub fn devcontainer_without_image(found: &Devcontainer) -> Option<String> {
    let names = listed(&found.ignored, 20, code);
    (!found.ignored.is_empty()).then(|| {
        let why = format!("it names no `image`, and this in it is not carried out: {names}");
        format!("Commands ran on the server's own programs, not in the container of {}: {why}.", code(&found.path))
    })
}

/// The image is used, the rest is not.
pub fn devcontainer_in_part(found: &Devcontainer) -> Option<String> {
    let names = listed(&found.ignored, 20, code);
    (!found.ignored.is_empty())
        .then(|| format!("Commands ran in the image of {}; this in it is not carried out: {names}.", code(&found.path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_carried_out_is_said_and_nothing_when_all_is_used() {
        let plain = Devcontainer { path: ".devcontainer.json".into(), ..Devcontainer::default() };
        assert_eq!((devcontainer_in_part(&plain), devcontainer_without_image(&plain)), (None, None));
        let more = Devcontainer { ignored: vec!["build".into(), "features".into()], ..plain };
        assert_eq!(
            devcontainer_without_image(&more).unwrap(),
            "Commands ran on the server's own programs, not in the container of `.devcontainer.json`: it names no `image`, and this in it is \
             not carried out: `build`, `features`."
        );
        assert!(
            devcontainer_in_part(&more)
                .unwrap()
                .ends_with("the image of `.devcontainer.json`; this in it is not carried out: `build`, `features`.")
        );
        assert!(image_without_engine("a`b\nc").contains("`sandbox.container`"));
    }
}
