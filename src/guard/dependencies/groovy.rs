//! Gradle's build files, in Groovy and in Kotlin.

use std::sync::LazyLock;

use regex::Regex;

use super::Wanted;

/// `implementation("group:artifact:1.0")`, `api 'group:artifact:1.0'`, `implementation group: 'g', name: 'a'`, `id("plugin")`.
pub fn gradle(text: &str) -> Wanted {
    static COORDINATES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let words = "implementation|api|compileOnly|runtimeOnly|compile|testCompile|annotationProcessor|kapt|ksp|classpath|testImplementation|testRuntimeOnly|testCompileOnly|androidTestImplementation|debugImplementation|compileOnlyApi|developmentOnly|testAnnotationProcessor|errorprone|provided|runtime";
        Regex::new(&format!(r#"^\s*(?:{words})\s*\(?\s*(?:platform\(|enforcedPlatform\()?["']([\w.-]+:[\w.-]+)(?::([^"']+))?["']"#)).ok()
    });
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?"#)
            .ok()
    });
    static PLUGIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"^\s*id\s*\(?\s*["']([\w.-]+\.[\w.-]+)["']\)?(?:\s+version\s*\(?["']([^"']+)["'])?"#).ok());
    let mut wanted = Wanted::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let said = |found: &regex::Captures<'_>, at: usize| found.get(at).map_or("", |part| part.as_str()).to_owned();
        if let Some(found) = COORDINATES.as_ref().and_then(|regex| regex.captures(line)) {
            wanted.insert(said(&found, 1), said(&found, 2));
        } else if let Some(found) = NAMED.as_ref().and_then(|regex| regex.captures(line)) {
            wanted.insert(format!("{}:{}", said(&found, 1), said(&found, 2)), said(&found, 3));
        } else if let Some(found) = PLUGIN.as_ref().and_then(|regex| regex.captures(line)) {
            wanted.insert(said(&found, 1), said(&found, 2));
        }
    }
    wanted
}
