//! Which names without a folder are files: `Makefile` and `go.mod` are, `Usage`, `run` and `response.body` are not.

/// Endings of files as they lie at the root of repositories.
const ENDINGS: &str = " ac adoc am asc awk bat bats bazel bib bzl c c++ cabal cc cfg cjs clj cljs cmake cmd conf config cpp cr cs \
    cshtml csproj css csv cts cxx d dart def diff dockerfile ejs elm env erb erl ex example exs fish fs fsproj fsx gemspec gif go gql \
    gradle graphql groovy h haml hbs hcl hh hpp hrl hs htm html ico in inc ini ipynb j2 java jl jpeg jpg js json json5 jsonc jsonl jsx \
    kt kts less lhs liquid lisp list local lock lua m m4 mak map markdown md mdx mjs mk ml mli mm mod mts mustache nim nimble nix njk \
    nsi nuspec orig org patch pc php phtml pl plist pm png po podspec pp prisma properties props proto ps1 psd1 psm1 pug pxd py pyi \
    pyx r rake rb rc rego resx rkt rs rst ru sample sass sbt scala scm scss sh sln slnx sol spec sql sum svelte svg swift t targets \
    tcl template tex tf tfvars tmpl toml tpl ts tsv tsx txt vb vbproj vcxproj vim vue w wasm wat webmanifest xaml xml xsd xsl yaml yml \
    zig zsh 1 3 5 7 8 ";

/// Files without an ending.
const NAMES: &str = " ARCHITECTURE AUTHORS Appfile BUGS BUILD Berksfile Brewfile CHANGELOG CHANGES CODEOWNERS CONTRIBUTING \
    CONTRIBUTORS COPYING COPYRIGHT CREDITS Cakefile Capfile Cartfile Changelog Changes Containerfile Dangerfile Deliverfile Dockerfile \
    Earthfile FAQ Fastfile GNUmakefile Gemfile Guardfile HACKING HISTORY INSTALL Jenkinsfile Justfile LICENCE LICENSE MAINTAINERS \
    MANIFEST Makefile NEWS NOTICE OWNERS PATENTS PKGBUILD Pipfile Podfile Procfile Puppetfile README RELEASE RELEASING Rakefile SECURITY \
    Snakefile THANKS TODO Tiltfile Thorfile UNLICENSE UPGRADING VERSION Vagrantfile WORKSPACE configure dockerfile gemfile gradlew \
    justfile makefile mvnw rakefile ";

/// A file that is known by its name alone, or by a name that begins so (`LICENSE-MIT`, `Dockerfile.dev`, `.editorconfig`).
pub fn is_known(name: &str) -> bool {
    let stem = name.split(['-', '.']).next().unwrap_or(name);
    let dotfile = name.strip_prefix('.').is_some_and(|rest| rest.chars().next().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_'));
    dotfile || (!stem.is_empty() && NAMES.contains(&format!(" {stem} ")))
}

/// A name whose ending belongs to files: `a.rs`, and also `A.RS`.
pub fn is_known_ending(name: &str) -> bool {
    ending(name).is_some_and(|ending| ENDINGS.contains(&format!(" {} ", ending.to_ascii_lowercase())))
}

/// Anything with an ending: `x.rs`, `.env`, `a/b.tar.gz`.
pub fn has_ending(path: &str) -> bool {
    ending(path.rsplit('/').next().unwrap_or(path)).is_some()
}

fn ending(name: &str) -> Option<&str> {
    let (_, ending) = name.rsplit_once('.')?;
    let like = !ending.is_empty() && ending.len() <= 16 && ending.chars().all(|c| c.is_alphanumeric() || "_-~+".contains(c));
    like.then_some(ending)
}
