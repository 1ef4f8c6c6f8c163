//! Which words are paths of files.

use super::document::{Piece, pieces};
use super::pattern::{Pattern, is_one_of};

/// A path and the words before it on its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub path: String,
    pub before: String,
}

/// The paths that a line names, in order, as repository paths. In plain words only what cannot be anything else is one; between
/// backticks a little more.
pub fn in_line(line: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut before = String::new();
    for piece in pieces(line) {
        match piece {
            Piece::Code(code) => {
                found.extend(path(&code, true).map(|path| Named { path, before: before.clone() }));
                before.clone_from(&code);
            }
            Piece::Words(words) => {
                let apart = |char: char| {
                    char.is_whitespace()
                        || matches!(
                            char,
                            '"' | '“'
                                | '”'
                                | '，'
                                | '、'
                                | '；'
                                | '（'
                                | '）'
                                | '：'
                                | '。'
                                | '！'
                                | '和'
                                | '与'
                                | '與'
                                | '？'
                                | '「'
                                | '」'
                                | ';'
                                | '→'
                                | '|'
                        )
                };
                let mut at = 0;
                for word in words.split(apart) {
                    let start = words.get(at..).and_then(|rest| rest.find(word)).map_or(at, |offset| at + offset);
                    if let Some(path) = path(unglued(word), false) {
                        found.push(Named { path, before: format!("{before}{}", words.get(..start).unwrap_or_default()) });
                    }
                    at = start + word.len();
                }
                before.push_str(&words);
            }
        }
    }
    found
}

/// A path without the words that stand right beside it where a language has no blanks: `更新README.md`, `README.mdを更新`.
fn unglued(word: &str) -> &str {
    let unspaced = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let inner = word.trim_start_matches(unspaced);
    let end = inner.find(unspaced).unwrap_or(inner.len());
    let bare = inner.get(..end).unwrap_or(inner);
    // A name of its own letters ("docs/手册.md") goes on after them.
    let whole = inner.get(end..).is_none_or(|rest| !rest.contains(['.', '/']));
    let fits = bare.len() < word.len() && whole && bare.contains('.') && bare.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '.');
    if fits { bare } else { word }
}

/// The path of an entry in a list of files: directories and files without an ending too.
pub fn in_entry(line: &str) -> Vec<String> {
    let named = in_line(line);
    if !named.is_empty() {
        return named.into_iter().map(|named| named.path).collect();
    }
    let code = pieces(line).into_iter().filter_map(|piece| if let Piece::Code(code) = piece { Some(code) } else { None });
    code.filter_map(|code| {
        let bare = without_position(code.trim());
        let fits = bare.contains('/')
            && !bare.contains([' ', '*', '<', '(', '$', '\\'])
            && !bare.contains("://")
            && !bare.starts_with(['@', '-', '~']);
        fits.then(|| rooted(&bare)).filter(|path| !path.is_empty())
    })
    .collect()
}

/// The directory that a line names between backticks, with a slash at its end.
pub fn directory(line: &str) -> Option<String> {
    super::document::code_spans(line).into_iter().find(|code| {
        code.len() > 2 && code.ends_with('/') && !code.starts_with('/') && !code.contains([' ', '*', '<', ':', '$', '\\', '@', '~'])
    })
}

/// The word as a repository path, if it is one.
pub fn path(word: &str, quoted: bool) -> Option<String> {
    let word = word.trim().trim_start_matches(['(', '[', '\'', '<', '*', '"']);
    let word = if quoted { word } else { word.trim_end_matches(['.', ',', '!', '?', '*']) };
    let mut word = word;
    while word.ends_with([',', ':', '\'', '>', '"', '.'])
        || word.ends_with(')') && !word.contains('(')
        || word.ends_with(']') && !word.contains('[')
    {
        word = word.get(..word.len() - 1)?;
    }
    let bare = without_position(word);
    let bare = bare.as_str();
    if bare.is_empty()
        || bare.len() > 250
        || bare.contains("://")
        || bare.contains("..")
        || bare.starts_with(['~', '@', '$', '-', '#', '%', '='])
    {
        return None;
    }
    if bare.chars().any(|char| {
        char.is_whitespace()
            || char.is_control()
            || matches!(char, '*' | '<' | '>' | '{' | '}' | '|' | '"' | '\'' | '`' | '=' | ',' | ';' | '?' | '&' | ':' | '!' | '\\')
    }) {
        return None;
    }
    if bare.contains(['(', ')']) && !bare.contains('/') {
        return None;
    }
    let name = bare.rsplit('/').next()?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let host = bare.split('/').next().unwrap_or_default();
    let outside = bare.contains('/') && HOSTS.iter().any(|end| host.ends_with(end)) && !host.starts_with('.');
    let known = is_one_of(NAMES, name)
        || name.starts_with("Dockerfile")
        || name.starts_with(".env")
        || name.starts_with(".git") && name.len() > 4
        || is_one_of(ENDINGS, ending) && !stem.is_empty()
        || name.starts_with('.') && name.ends_with("rc") && name.len() > 4;
    let product = !bare.contains('/') && is_one_of(PRODUCTS, name.to_lowercase().as_str());
    let route = bare.starts_with('/')
        && ["api", "health", "auth", "tmp", "etc", "usr", "var", "home", "opt", "dev", "Users", "app", "root", "mnt", "proc"]
            .contains(&bare.trim_start_matches('/').split('/').next().unwrap_or_default());
    let bare_name = !quoted && !bare.contains('/') && !bare.contains('.') && !is_one_of(SPOKEN, name);
    (known && !outside && !product && !route && !bare_name).then(|| rooted(bare))
}

/// Without `:10-20`, `#L10`, `(lines 1-2)`.
fn without_position(word: &str) -> String {
    static POSITION: Pattern =
        Pattern::new(r"(?::L?~?\d+(?:[-–:,]\s*L?~?\d+)*|#L\d+(?:-L?\d+)?|::[\w:\[\]-]+|\s+\((?i:lines?|l)[^)]*\))+$");
    POSITION.replace_all(word, "")
}

/// A slash at the start means the repository's root.
fn rooted(path: &str) -> String {
    let mut path = path.trim_start_matches('/');
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    path.to_owned()
}

/// Names without an ending that are files also in plain words.
const SPOKEN: &str = " Dockerfile Makefile Gemfile Justfile Jenkinsfile CMakeLists.txt README LICENSE LICENCE CHANGELOG CODEOWNERS Rakefile Procfile \
    Vagrantfile Podfile Fastfile Brewfile Caddyfile Tiltfile CONTRIBUTING ";
const HOSTS: &[&str] = &[".com", ".org", ".io", ".net", ".dev", ".ai"];
const PRODUCTS: &str = " node.js next.js vue.js react.js three.js d3.js express.js nuxt.js nest.js p5.js ember.js backbone.js chart.js socket.io \
    asp.net mermaid.js alpine.js moment.js require.js discord.js electron.js angular.js solid.js deno.js bun.js vitest.js \
    plotly.js whisper.cpp llama.cpp tailwind.css main.rs's highlight.js prism.js dayjs.js day.js date.js web3.js ethers.js \
    viem.sh htmx.js transformers.js crates.io js.map console.log ";
const NAMES: &str = " Makefile Dockerfile LICENSE LICENCE CONTRIBUTING Gemfile Rakefile Procfile Justfile justfile Jenkinsfile Vagrantfile CODEOWNERS BUILD WORKSPACE \
    Podfile Fastfile Cargo.lock go.mod go.sum yarn.lock poetry.lock uv.lock Gemfile.lock Pipfile CHANGELOG README NOTICE \
    VERSION .editorconfig .dockerignore .gitignore .gitattributes .npmrc .nvmrc .prettierignore .eslintignore .clang-format \
    .tool-versions .cursorrules .mailmap .env Brewfile Caddyfile Tiltfile flake.lock ";
const ENDINGS: &str = " rs py pyi ipynb js jsx mjs cjs ts tsx mts cts vue svelte astro go java kt kts scala groovy gradle c h cc cpp cxx hpp hh cs \
    csproj sln slnx props targets fs fsproj vb swift m mm rb erb rake gemspec php pl pm lua ex exs erl hs ml mli clj cljs \
    edn dart r R jl zig nim sol sh bash zsh fish ps1 psm1 bat cmd sql prisma graphql gql proto thrift html htm css scss sass \
    less styl hbs ejs j2 jinja jinja2 tmpl tpl liquid md mdx mdc markdown rst adoc txt json jsonc json5 jsonl yaml yml toml \
    ini cfg conf xml xsd xaml plist properties env example lock mod sum bazel bzl cmake mk tf tfvars hcl nix csv tsv svg png \
    jpg jpeg gif ico webp pdf service feature snap storyboard xib pbxproj entitlements resx razor cshtml wasm wat asm S v sv \
    vhd cu glsl vert frag wgsl tex bib po pot lang cabal opam podspec nuspec editorconfig gitignore mjml twig module el vim \
    dhall cue rego bicep patch diff template webmanifest pug coffee elm purs raku t d pas f90 tcl cr applescript ahk ttf \
    woff2 bats spec test ";
