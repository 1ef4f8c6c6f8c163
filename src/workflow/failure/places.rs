//! Where in the project a line points, and which frames of a stack are not the project's own.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// A place that a failure names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// As far as it can be told, relative to the repository; a file's bare name where the tool prints no more.
    pub path: String,
    /// 1-based.
    pub line: u32,
    /// What is wrong there, in one line; empty if it was not said.
    #[serde(default)]
    pub message: String,
}

static PLACE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?:File "|in test file )(?P<a>[^",]+)"?, line (?P<al>[0-9]+)"#,
        r"|(?P<b>[\w@+~./\\:-]*[\w+~-]\.[A-Za-z][\w+]{0,6})(?::\[|:line |:)(?P<bl>[0-9]+)",
        r"|(?P<c>[\w@+~./\\:-]*[\w+~-]\.[A-Za-z][\w+]{0,6})\((?P<cl>[0-9]+),[0-9]+\)",
    ))
    .ok()
});
static FOREIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"node_modules/|node:internal|\(node:|site-packages/|dist-packages/|/lib/python[0-9]|<frozen |/rustc/|\.cargo/registry/|/rustlib/",
        r"|hostedtoolcache|/usr/local/go/|/go/pkg/mod/|/gems/|/vendor/|/usr/lib/|/usr/include/|/usr/local/lib/",
        r"|^\s*at (?:java|javax|jdk|sun|kotlin|scala|groovy|org\.junit|org\.apache\.maven|org\.gradle|org\.testng|org\.mockito|org\.hamcrest|org\.assertj|org\.springframework|reactor|com\.sun)[./]|^\s*at (?:System|Microsoft|Xunit|NUnit)\.",
        r"|^\s*[0-9]+: +(?:0x[0-9a-f]+ - )?(?:std|core|alloc|test|<alloc|<core|<std|__rust|rust_|_start|__libc|main$)",
    ))
    .ok()
});
static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"^\s+(?:at |❯ )\S|^\s+File "[^"]+", line |^\s+[0-9]+: +(?:0x[0-9a-f]+ - )?[\w<]|^\s+# \S+:[0-9]+:in|^\t/\S+\.go:[0-9]+|^\s+from \S+:[0-9]+:in"#).ok()
});

fn is(pattern: &LazyLock<Option<Regex>>, line: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(line))
}

/// Whether the line is a frame of a stack.
pub fn is_frame(line: &str) -> bool {
    is(&FRAME, line)
}

/// Whether the line speaks of a library's or the language's own file.
pub fn is_foreign(line: &str) -> bool {
    is(&FOREIGN, line)
}

/// The first place that a line names, relative to the repository; `None` for a library's.
pub fn place(line: &str) -> Option<(String, u32)> {
    if line.len() > 2000 || is_foreign(line) {
        return None;
    }
    PLACE.as_ref()?.captures_iter(line).find_map(|found| {
        let path = found.name("a").or_else(|| found.name("b")).or_else(|| found.name("c"))?.as_str();
        let number = found.name("al").or_else(|| found.name("bl")).or_else(|| found.name("cl"))?.as_str().parse().ok()?;
        let path = relative(path);
        (number > 0 && !path.contains("://") && !path.is_empty()).then_some((path, number))
    })
}

/// Without the folder in which the runner checked the repository out.
fn relative(path: &str) -> String {
    let path = path.trim_start_matches("file://").replace('\\', "/");
    let below = |marker: &str, deep: usize| -> Option<String> {
        let (_, rest) = path.split_once(marker)?;
        let rest: Vec<&str> = rest.split('/').skip(deep).collect();
        Some(rest.join("/")).filter(|rest| !rest.is_empty())
    };
    below("/home/runner/work/", 2)
        .or_else(|| below("/__w/", 2))
        .or_else(|| below(":/a/", 2))
        .or_else(|| below("/Users/runner/work/", 2))
        .or_else(|| below("/builds/", 2))
        .or_else(|| below("/github/workspace/", 0))
        .or_else(|| below("/home/circleci/project/", 0))
        .unwrap_or_else(|| path.trim_start_matches("./").to_owned())
}
