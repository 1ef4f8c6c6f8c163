//! The source as the rules see it: each file with the paths that it names, absolute, and whether tests name them.

use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use syn::visit::{self, Visit};

use crate::forms::{Arms, Keywords};

pub struct File {
    /// From the repository's root.
    pub path: String,
    pub text: String,
    /// `["store", "inbox"]` for `src/store/inbox.rs`; empty for `lib.rs`, `main.rs` and files outside `src`.
    pub module: Vec<String>,
    pub names: Vec<Name>,
    pub unsafe_code: bool,
    /// `ignore` and `should_panic`.
    pub dodges: Vec<String>,
    pub wild_arms: Vec<&'static str>,
}

/// A path as code names it: `crate::domain::Sha`, `std::fs::read`, `std::time::*`.
pub struct Name {
    pub path: String,
    /// Named by a test, to which the tables of who may use whom do not apply.
    pub in_test: bool,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        let module = module(path);
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut reader = Reader { module: module.clone(), tests: usize::from(is_test(path)), names: Vec::new() };
        reader.visit_file(&syntax);
        let mut keywords = Keywords::default();
        keywords.visit_file(&syntax);
        let mut arms = Arms::default();
        arms.visit_file(&syntax);
        Self {
            path: path.into(),
            text: text.into(),
            module,
            names: reader.names,
            unsafe_code: keywords.unsafe_code,
            dodges: keywords.dodges,
            wild_arms: arms.wild,
        }
    }

    /// The module of `lib.rs` to which the file belongs.
    pub fn top(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    pub fn is_test(&self) -> bool {
        is_test(&self.path)
    }
}

/// Every Rust file below `src` and `tests`, in the order of their paths. Read once for all tests.
pub fn tree() -> &'static [File] {
    static TREE: LazyLock<Vec<File>> = LazyLock::new(read);
    &TREE
}

fn read() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src", "tests"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let relative = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    paths.iter().map(|path| File::new(&relative(path), &std::fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The crates of the workspace are seen as one: a module of `src/core` is a module like the others.
fn module(path: &str) -> Vec<String> {
    let Some(inner) = path.strip_prefix("src/").and_then(|rest| rest.strip_suffix(".rs")) else { return Vec::new() };
    let mut parts: Vec<String> = inner.strip_prefix("core/").unwrap_or(inner).split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

/// A path in another crate of the workspace, as if it were in this one.
fn in_one_crate(path: &str) -> String {
    let below = |prefix: &str| path.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with("::"));
    match (below("journeyman_domain"), below("journeyman_core")) {
        (Some(rest), _) => format!("crate::domain{rest}"),
        (_, Some(rest)) => format!("crate{rest}"),
        (None, None) => path.to_owned(),
    }
}

fn is_test(path: &str) -> bool {
    path.starts_with("tests/") || path.ends_with("/tests.rs") || path.ends_with("_tests.rs") || path.contains("/tests/")
}

/// Gathers names. `module` is where it stands, inline modules included; `tests` counts the test items around it.
struct Reader {
    module: Vec<String>,
    tests: usize,
    names: Vec<Name>,
}

impl Reader {
    fn name(&mut self, parts: &[String]) {
        let in_test = self.tests > 0;
        let ups = parts.iter().take_while(|part| *part == "super" || *part == "self").filter(|part| *part == "super").count();
        let skip = parts.iter().take_while(|part| *part == "super" || *part == "self").count();
        let path = if skip == 0 {
            in_one_crate(&parts.join("::"))
        } else {
            let base = &self.module[..self.module.len().saturating_sub(ups)];
            let whole = ["crate".to_owned()].into_iter().chain(base.iter().cloned()).chain(parts[skip..].iter().cloned());
            whole.collect::<Vec<_>>().join("::")
        };
        self.names.push(Name { path, in_test });
    }

    fn tree(&mut self, prefix: &[String], tree: &syn::UseTree) {
        let with = |part: String| prefix.iter().cloned().chain([part]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) => self.name(&with(name.ident.to_string())),
            syn::UseTree::Rename(rename) => self.name(&with(rename.ident.to_string())),
            syn::UseTree::Glob(_) => self.name(&with("*".into())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(prefix, item)),
        }
    }
}

/// What stands inside a macro's brackets is not parsed: paths are found in its text, from which strings were taken out.
static STRINGS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r##"(?s)r#+".*?"#+|"(\\.|[^"\\])*""##).unwrap());
static PATHS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[A-Za-z_][A-Za-z0-9_]*(?:\s*::\s*[A-Za-z_][A-Za-z0-9_]*)+").unwrap());

fn tests_only(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::Path(path) => path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::List(list) if list.path.is_ident("cfg") => list.tokens.to_string() == "test",
        syn::Meta::List(list) => list.path.segments.last().is_some_and(|last| last.ident == "test"),
        syn::Meta::NameValue(_) => false,
    })
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let test = usize::from(tests_only(attributes(item)));
        self.tests += test;
        visit::visit_item(self, item);
        self.tests -= test;
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if parts.len() > 1 {
            self.name(&parts);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, makro: &'ast syn::Macro) {
        let text = makro.tokens.to_string();
        for found in PATHS.find_iter(&STRINGS.replace_all(&text, "")) {
            let parts: Vec<String> = found.as_str().split("::").map(|part| part.trim().to_owned()).collect();
            self.name(&parts);
        }
        visit::visit_macro(self, makro);
    }
}
