//! Manifests in XML, read by the elements that say a dependency: Maven and NuGet.

use std::sync::LazyLock;

use regex::Regex;

use super::Wanted;

/// `<dependency>` and `<plugin>` with group and artifact. Modules of the project's own group, and Maven's own
/// plugins, are none.
pub fn pom(text: &str) -> Wanted {
    static ELEMENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?s)<(?:dependency|plugin|extension)>(.*?)</(?:dependency|plugin|extension)>").ok());
    static OUTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?s)<(?:dependency|plugin|exclusion|extension)>.*?</(?:dependency|plugin|exclusion|extension)>").ok()
    });
    static COMMENT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?s)<!--.*?-->").ok());
    let (Some(element), Some(outer), Some(comment)) = (ELEMENT.as_ref(), OUTER.as_ref(), COMMENT.as_ref()) else { return Wanted::new() };
    let text = comment.replace_all(text, "");
    let own = inner(&outer.replace_all(&text, ""), "groupId").unwrap_or_default();
    let mut wanted = Wanted::new();
    for found in element.captures_iter(&text).filter_map(|found| found.get(1)) {
        let Some(group) = inner(found.as_str(), "groupId").filter(|group| group != "org.apache.maven.plugins") else { continue };
        if let Some(artifact) = inner(found.as_str(), "artifactId").filter(|_| group != own && !group.starts_with("${project")) {
            wanted.insert(format!("{group}:{artifact}"), inner(found.as_str(), "version").unwrap_or_default());
        }
    }
    wanted
}

fn inner(text: &str, element: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    rest.split_once("</").map(|(value, _)| value.trim().to_owned())
}

/// `<PackageReference Include="Name" Version="1.0" />`, `<PackageVersion …>`.
pub fn nuget(text: &str) -> Wanted {
    static REFERENCE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"<(?:PackageReference|PackageVersion|GlobalPackageReference)\s([^>]*)>"#).ok());
    let found = REFERENCE.iter().flat_map(|reference| reference.captures_iter(text)).filter_map(|found| found.get(1));
    found
        .filter_map(|found| {
            attribute(found.as_str(), "Include").map(|name| (name, attribute(found.as_str(), "Version").unwrap_or_default()))
        })
        .collect()
}

fn attribute(text: &str, name: &str) -> Option<String> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}
