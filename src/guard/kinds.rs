//! What kind of file a path names, as far as names tell.

use super::file::name_of;

/// A file of tests, or one that only tests use.
pub fn is_test(path: &str) -> bool {
    let low = path.to_lowercase();
    let name = name_of(&low);
    let stem = name.split('.').next().unwrap_or(name);
    let folders = ["test", "tests", "spec", "specs", "__tests__", "__mocks__", "testing", "testdata", "fixtures", "e2e", "test-utils"];
    low.split('/').rev().skip(1).any(|part| folders.contains(&part) || part.ends_with("-tests") || part.ends_with("_tests"))
        || stem.starts_with("test_")
        || ["_test", "_tests", "_spec", "-test", "-spec"].iter().any(|end| stem.ends_with(end))
        || ["tests", "test", "conftest"].contains(&stem)
        || name.contains(".test.")
        || name.contains(".spec.")
        || is_camel_test(name_of(path))
}

/// `FooTest.java`, `FooTests.cs`, `FooIT.java`.
fn is_camel_test(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    ["java", "kt", "cs", "scala", "swift", "php", "groovy"].contains(&ending)
        && (["Test", "Tests", "TestCase", "IT", "Spec"].iter().any(|end| stem.ends_with(end)) || stem.starts_with("Test"))
}

/// Text about code rather than code.
pub fn is_prose(path: &str) -> bool {
    let low = name_of(path).to_lowercase();
    let endings = [".md", ".mdx", ".markdown", ".rst", ".txt", ".adoc", ".patch", ".diff", ".org", ".html", ".ipynb", ".snap"];
    endings.iter().any(|ending| low.ends_with(ending))
        || !low.contains('.') && ["readme", "changelog", "changes", "history", "news"].contains(&low.as_str())
}

/// Documentation, by its kind or its place.
pub fn is_documentation(path: &str) -> bool {
    let low = path.to_lowercase();
    is_prose(path)
        || low.split('/').rev().skip(1).any(|part| ["doc", "docs", "documentation", "man"].contains(&part))
        || low.contains("changelog")
}

/// What CI runs, and how.
pub fn is_pipeline(path: &str) -> bool {
    let low = path.to_lowercase();
    let folders = [".github/workflows/", ".github/actions/", ".circleci/", ".buildkite/", ".woodpecker/"];
    let files =
        ["jenkinsfile", ".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", ".drone.yml", "appveyor.yml"];
    folders.iter().any(|folder| low.starts_with(folder)) || files.contains(&low.as_str())
}

/// What a build, or a package manager, reads and writes to know what to build and with what.
pub fn is_manifest(path: &str) -> bool {
    let name = name_of(path);
    let named = LOCKS.iter().flat_map(|(_, manifests)| *manifests).any(|manifest| match manifest.strip_prefix('*') {
        Some(ending) => name.ends_with(ending),
        None => name == *manifest,
    });
    let others = [
        "setup.py",
        "setup.cfg",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "settings.gradle",
        "settings.gradle.kts",
        "gradle.properties",
        "CMakeLists.txt",
        "Makefile",
        "GNUmakefile",
        "makefile",
        "justfile",
        "meson.build",
        "build.zig",
        "BUILD.bazel",
        "MODULE.bazel",
        "WORKSPACE",
        "Dockerfile",
        "Containerfile",
        "build.rs",
        "rust-toolchain.toml",
        "deno.json",
    ];
    let requirements = name.starts_with("requirements") && name.ends_with(".txt");
    is_lock(path) || named || others.contains(&name) || requirements
}

/// What a build writes, kept in the repository nevertheless.
pub fn is_built(path: &str) -> bool {
    let name = name_of(path);
    let folders = ["dist", "build", "out", "target", "generated", "__generated__"];
    path.split('/').rev().skip(1).any(|part| folders.contains(&part))
        || ["out.js", "bundle.js"].contains(&name)
        || [".min.", ".bundle.", ".generated."].iter().any(|part| name.contains(part))
}

/// A list of requirements that `pip-compile` or `uv` wrote: a lock file under another name.
pub fn is_compiled(text: &str) -> bool {
    let mut head = text.lines().take(10).filter(|line| line.starts_with('#'));
    head.any(|line| ["pip-compile", "pip compile", "uv export", "uv pip"].iter().any(|tool| line.contains(tool)))
}

/// What a package manager writes down of the versions that it chose.
pub fn is_lock(path: &str) -> bool {
    LOCKS.iter().any(|(lock, _)| name_of(path) == *lock)
}

/// Each lock file with the names of the manifests that it follows from.
pub const LOCKS: [(&str, &[&str]); 18] = [
    ("Cargo.lock", &["Cargo.toml"]),
    ("package-lock.json", &["package.json"]),
    ("npm-shrinkwrap.json", &["package.json"]),
    ("yarn.lock", &["package.json"]),
    ("pnpm-lock.yaml", &["package.json", "pnpm-workspace.yaml"]),
    ("bun.lock", &["package.json"]),
    ("bun.lockb", &["package.json"]),
    ("poetry.lock", &["pyproject.toml"]),
    ("uv.lock", &["pyproject.toml"]),
    ("pdm.lock", &["pyproject.toml"]),
    ("Pipfile.lock", &["Pipfile"]),
    ("go.sum", &["go.mod", "go.work"]),
    ("Gemfile.lock", &["Gemfile", "*.gemspec"]),
    ("composer.lock", &["composer.json"]),
    ("packages.lock.json", &["*.csproj", "*.fsproj", "Directory.Packages.props"]),
    ("Package.resolved", &["Package.swift"]),
    ("pubspec.lock", &["pubspec.yaml"]),
    ("mix.lock", &["mix.exs"]),
];

/// Source code in a language that people write programs in.
pub fn is_code(path: &str) -> bool {
    let endings = [
        "rs", "py", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "rb", "kt", "kts", "swift", "c", "h", "cc", "cpp",
        "hpp", "cs", "php", "scala", "ex", "exs", "erl", "hs", "lua", "pl", "sh", "bash", "zsh", "dart", "vue", "svelte", "sql", "zig",
        "m", "mm", "clj", "r", "jl", "css", "scss", "gradle", "groovy",
    ];
    name_of(path).rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending.to_lowercase().as_str()))
}
