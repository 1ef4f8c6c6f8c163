//! How specifications lie in repositories: which folder or file a path belongs to, and what the files of a folder are for.

use crate::specification::pattern::Pattern;

/// The tool, or the habit, by which a specification is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    SpecKit,
    Kiro,
    OpenSpec,
    /// A folder of another tool: Agent OS, Conductor, GSD.
    Folder,
    /// One file that has everything.
    Plan,
    /// A design, or what was found out before: something that a plan goes with.
    Companion,
}

/// The folder or the file that a path belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    pub format: Format,
    /// Without a slash at its end.
    pub root: String,
}

/// What a path is by its place alone; `None` for a place at which specifications are not kept.
pub fn shape(path: &str) -> Option<Shape> {
    static FOLDER: Pattern = Pattern::new(
        r"(?x)^(?P<root>(?:[^/]+/)*?(?:
              (?P<kiro>\.kiro/specs/[^/]+)
            | (?P<openspec>openspec/changes/(?:archive/[^/]+|[^/]+))
            | (?P<kit>(?:\.specify/)?specs/(?:\d{2,8}(?:-\d{6})?(?:-[^/]*)?|\d{2,}[^/.]*))
            | (?P<other>\.?agent-os/specs/[^/]+|conductor/tracks/[^/]+|\.planning/phases/[^/]+)
          ))(?:/(?P<rest>.*))?$",
    );
    static PLAIN: Pattern = Pattern::new(
        r"(?x)^(?:
            (?P<root>(?:\.specify/)?specs/[^/.]+)(?:/.*)?
          | (?P<companion>(?:docs?/)?superpowers/specs/[^/]+\.md | thoughts/(?:[^/]+/)*(?:research|tickets)/[^/]+\.md | docs?/brainstorms/[^/]+\.md)
          | (?P<plan>(?:[^/]+/)*(?:plans?|\.planning)/(?:[^/]+/)*[^/]+\.md
              | (?:docs?/)?(?:specs?|specifications?|rfcs?|designs?|tasks|proposals?)/(?:[^/]+/)*[^/]+\.md
              | (?i:(?:[\w-]*[_-])?(?:plans?|specs?|specification|tasks?|todo))\.md)
        )$",
    );
    // A text right below such a folder is no folder, whatever its name begins with.
    if let Some(found) = FOLDER.captures(path).filter(|found| !found.name("root").is_some_and(|root| root.as_str().ends_with(".md"))) {
        let root = found.name("root")?.as_str();
        let rest = found.name("rest").map_or("", |rest| rest.as_str());
        let has = |name: &str| found.name(name).is_some();
        let format = if has("kiro") {
            Format::Kiro
        } else if has("openspec") {
            Format::OpenSpec
        } else if has("kit") {
            Format::SpecKit
        } else {
            Format::Folder
        };
        let plan_of_a_phase = has("other") && rest.ends_with("PLAN.md");
        if root.ends_with("changes/archive") {
            return None;
        }
        return Some(if plan_of_a_phase {
            Shape { format: Format::Plan, root: path.to_owned() }
        } else {
            Shape { format, root: root.to_owned() }
        });
    }
    let found = PLAIN.captures(path)?;
    if let Some(root) = found.name("root") {
        return Some(Shape { format: Format::SpecKit, root: root.as_str().to_owned() });
    }
    let format = if found.name("companion").is_some() { Format::Companion } else { Format::Plan };
    Some(Shape { format, root: path.to_owned() })
}

/// The folder of a tool that a path is, or lies in; `None` where there is none.
pub fn folder_root(path: &str) -> Option<String> {
    shape(path).filter(|shape| !matches!(shape.format, Format::Plan | Format::Companion)).map(|shape| shape.root)
}

/// What a document is for, in the order in which documents are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The steps.
    Tasks,
    /// What is wanted and why: criteria stand here.
    Requirements,
    /// How it is to be done: where there are no tasks, the steps may stand here.
    Design,
    /// What was found out, contracts, examples.
    Background,
}

/// What a document is for, from its name.
pub fn part(path: &str) -> Part {
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let stem = name.strip_suffix(".md").unwrap_or(&name);
    match stem {
        "tasks" | "task" | "todo" => Part::Tasks,
        _ if stem.ends_with("-plan") && path.contains(".planning/") => Part::Tasks,
        "spec" | "requirements" | "requirement" | "proposal" | "srd" | "prd" | "spec-lite" | "bugfix" => Part::Requirements,
        "plan" | "design" | "technical-spec" | "architecture" => Part::Design,
        _ => Part::Background,
    }
}
