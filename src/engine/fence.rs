//! Which fence a repository's commands run in: the machine's own, or a container of the image that the repository names.
//!
//! What it names in its settings holds, or the run waits for a person. A development container was not written for us: where its image
//! cannot be used, commands run in the machine's own fence, and the pull request says so.

use super::Means;
use crate::prose;
use crate::sandbox::Sandbox;
use crate::sandbox::container::{Containers, Image};
use crate::workflow::RepositorySettings;

/// What was chosen, before anything is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Nothing for the machine's own fence.
    pub image: Option<Image>,
    /// What a person should know.
    pub note: Option<String>,
}

impl Means {
    /// Whether a development container is worth looking for.
    pub fn has_containers(&self) -> bool {
        self.containers.is_some()
    }

    /// The error is for people: what the repository wants is not to be had here.
    pub fn choose(&self, repository: &RepositorySettings) -> Result<Choice, String> {
        choose(self.containers.as_ref(), repository)
    }

    /// The fence itself, with an image that may have to be fetched.
    pub async fn fence(&self, repository: &RepositorySettings) -> Result<(Sandbox, Option<String>), String> {
        let Choice { image, note } = self.choose(repository)?;
        let sandbox = match (&image, &self.containers) {
            (Some(image), Some(Ok(containers))) => containers.fence(image).await.map_err(|error| error.to_string())?,
            (Some(_) | None, _) => self.sandbox.clone()?,
        };
        Ok((sandbox, note))
    }
}

fn choose(containers: Option<&Result<Containers, String>>, repository: &RepositorySettings) -> Result<Choice, String> {
    let noted = |note: Option<String>| Choice { image: None, note };
    match (&repository.image, &repository.devcontainer, containers) {
        (Some(name), _, None) => Err(prose::image_without_engine(name)),
        (Some(name), _, Some(Err(why))) => Err(prose::engine_out_of_order(name, why)),
        (Some(name), _, Some(Ok(containers))) => Ok(Choice { image: Some(containers.allowed(name)?), note: None }),
        (None, Some(found), Some(engine)) => Ok(match (&found.unreadable, &found.image, engine) {
            (Some(why), _, _) => noted(Some(prose::devcontainer_not_used(found, &format!("it cannot be read: {why}")))),
            (None, None, _) => noted(prose::devcontainer_without_image(found)),
            (None, Some(_), Err(_)) => noted(Some(prose::devcontainer_not_used(found, "the server's engine does not work"))),
            (None, Some(name), Ok(containers)) => match containers.allowed(name) {
                Ok(image) => Choice { image: Some(image), note: prose::devcontainer_in_part(found) },
                Err(why) => noted(Some(prose::devcontainer_not_used(found, &why))),
            },
        }),
        (None, Some(_), None) | (None, None, _) => Ok(Choice::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Options;
    use crate::sandbox::container::{Kind, Settings};
    use crate::workflow::Devcontainer;

    /// An engine that says that it is there, which is all that choosing needs.
    async fn engine(images: &[&str]) -> Option<Result<Containers, String>> {
        let place = tempfile::tempdir().unwrap();
        let program = place.path().join("podman");
        std::fs::write(&program, "#!/bin/sh\ncase $1 in version) echo 1.0;; esac\n").unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let images = images.iter().map(|image| (*image).to_owned()).collect();
        let settings = Settings { kind: Kind::Podman, program: Some(program), images };
        Some(Ok(Containers::prepare(Options::new("/bin/true"), settings).await.unwrap()))
    }

    fn named(image: &str) -> RepositorySettings {
        RepositorySettings { image: Some(image.into()), ..RepositorySettings::default() }
    }

    fn found(text: &str) -> RepositorySettings {
        let devcontainer = Some(Devcontainer::read(".devcontainer.json", text));
        RepositorySettings { devcontainer, ..RepositorySettings::default() }
    }

    #[tokio::test]
    async fn an_image_that_is_named_is_used_or_a_person_is_told() {
        let rust = engine(&["rust"]).await;
        let chosen = choose(rust.as_ref(), &named("rust:1.90")).unwrap();
        assert_eq!(chosen, Choice { image: Some(Image::read("rust:1.90").unwrap()), note: None });
        for (containers, image, word) in [
            (None, "rust", "runs no containers"),
            (Some(Err("find it".to_owned())), "rust", "does not work: failed to find it"),
            (rust.clone(), "node:22", "docker.io/library/node:22 is not among those that this server allows (`sandbox.images`): rust"),
            (engine(&[]).await, "rust", "(`sandbox.images`): none"),
            (rust, "--privileged", "no name of an image"),
        ] {
            let why = choose(containers.as_ref(), &named(image)).unwrap_err();
            assert!(why.contains(word), "{image}: {why}");
        }
    }

    #[tokio::test]
    async fn a_development_container_is_used_where_it_can_be_and_never_stops_a_run() {
        let rust = engine(&["rust"]).await;
        let broken = Some(Err("find it".to_owned()));
        for (containers, text, image, note) in [
            (&rust, "{\"image\": \"rust\"}", true, None),
            (&rust, "{\"image\": \"rust\", \"features\": {\"a\": {}}}", true, Some("not carried out: `features`")),
            (&rust, "{\"image\": \"node\"}", false, Some("not among those")),
            (&rust, "{\"build\": {\"dockerfile\": \"D\"}}", false, Some("not carried out: `build`")),
            (&rust, "{\"name\": \"x\"}", false, None),
            (&rust, "{", false, Some("cannot be read")),
            (&broken, "{\"image\": \"rust\"}", false, Some("does not work")),
            (&None, "{\"image\": \"rust\"}", false, None),
        ] {
            let chosen = choose(containers.as_ref(), &found(text)).unwrap();
            assert_eq!((chosen.image.is_some(), chosen.note.is_some()), (image, note.is_some()), "{text}: {chosen:?}");
            assert!(chosen.note.unwrap_or_default().contains(note.unwrap_or_default()), "{text}");
        }
        let both = RepositorySettings { image: Some("rust".into()), ..found("{\"image\": \"node\"}") };
        assert_eq!(choose(rust.as_ref(), &both).unwrap().image, Image::read("rust").ok(), "what the settings name wins");
    }
}
