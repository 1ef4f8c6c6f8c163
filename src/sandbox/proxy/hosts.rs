//! Which hosts a command may reach, by name. Pure.

use std::net::IpAddr;

/// The public hosts from which package managers fetch, by their own documentation. A repository may name others.
pub const DEFAULT_HOSTS: &[&str] = &[
    // Rust
    "crates.io",
    "index.crates.io",
    "static.crates.io",
    "static.rust-lang.org",
    // JavaScript
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "repo.yarnpkg.com",
    "nodejs.org",
    "npm.jsr.io",
    "jsr.io",
    "deno.land",
    // Python
    "pypi.org",
    "files.pythonhosted.org",
    "conda.anaconda.org",
    "repo.anaconda.com",
    // Go
    "proxy.golang.org",
    "sum.golang.org",
    "go.dev",
    "dl.google.com",
    // JVM
    "repo.maven.apache.org",
    "repo1.maven.org",
    "plugins.gradle.org",
    "services.gradle.org",
    "downloads.gradle.org",
    "maven.google.com",
    "repo.clojars.org",
    // Ruby, PHP, .NET
    "rubygems.org",
    "index.rubygems.org",
    "packagist.org",
    "repo.packagist.org",
    "api.nuget.org",
    "www.nuget.org",
    // Elixir and Erlang, Haskell, Dart, Perl, Lua, R, OCaml, Swift and Objective-C
    "hex.pm",
    "repo.hex.pm",
    "builds.hex.pm",
    "hackage.haskell.org",
    "pub.dev",
    "cpan.metacpan.org",
    "www.cpan.org",
    "luarocks.org",
    "cran.r-project.org",
    "cloud.r-project.org",
    "opam.ocaml.org",
    "cdn.cocoapods.org",
    // Systems
    "deb.debian.org",
    "security.debian.org",
    "archive.ubuntu.com",
    "security.ubuntu.com",
    "ports.ubuntu.com",
    "dl-cdn.alpinelinux.org",
    "mirrors.fedoraproject.org",
];

/// What may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    hosts: Vec<String>,
    pub ports: Vec<u16>,
    /// Whether a name may lead into a private network or to this machine. For a registry of one's own, and for tests.
    pub private_addresses: bool,
}

impl Rules {
    /// Names, and `*.` before a name for everything below it.
    pub fn new(hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let hosts = hosts.into_iter().map(|host| host.into().trim_end_matches('.').to_ascii_lowercase()).collect();
        Self { hosts, ports: vec![443, 80], private_addresses: false }
    }

    /// Why a host is refused, if it is.
    pub fn refuse(&self, host: &str, port: u16) -> Option<&'static str> {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        if is_address(&host) {
            Some("addresses are not reached, only names are")
        } else if !self.hosts.iter().any(|rule| matches(rule, &host)) {
            Some("this host is not among those that may be reached")
        } else if !self.ports.contains(&port) {
            Some("this port is not among those that may be reached")
        } else {
            None
        }
    }

    /// Whether what a name leads to may be connected to.
    pub fn may_connect(&self, address: IpAddr) -> bool {
        self.private_addresses || is_public(address)
    }
}

fn matches(rule: &str, host: &str) -> bool {
    match rule.strip_prefix("*.") {
        Some(suffix) => host.strip_suffix(suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => rule == host,
    }
}

/// In any of the ways that resolvers read: a name's last label is never a number.
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    let number =
        last.starts_with(|first: char| first.is_ascii_digit()) && (last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit()));
    host.is_empty() || host.contains(':') || host.starts_with('[') || number
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let special = v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified() || v4.is_broadcast();
            // "This" network, shared address space, benchmarks, and everything from multicast on.
            let reserved = a == 0 || (a == 100 && (64..128).contains(&b)) || (a == 198 && (18..20).contains(&b)) || a >= 224;
            !special && !reserved && !v4.is_documentation()
        }
        IpAddr::V6(v6) => match v6.to_ipv4() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            None => {
                let first = v6.segments()[0];
                // Global unicast, without tunnels that carry an IPv4 address (6to4, Teredo) and documentation.
                (0x2000..0x4000).contains(&first)
                    && first != 0x2002
                    && !(first == 0x2001 && v6.segments()[1] < 0x200)
                    && v6.segments()[..2] != [0x2001, 0xdb8]
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_or_what_is_below_it_is_allowed_and_nothing_that_looks_alike() {
        let rules = Rules::new(["Registry.example.", "*.cdn.example"]);
        for allowed in ["registry.example", "REGISTRY.example.", "a.cdn.example", "a.b.cdn.example"] {
            assert_eq!(rules.refuse(allowed, 443), None, "{allowed}");
        }
        for refused in ["xregistry.example", "registry.example.evil", "cdn.example", ".cdn.example", "acdn.example", ""] {
            assert!(rules.refuse(refused, 443).is_some(), "{refused}");
        }
        assert!(rules.refuse("registry.example", 22).is_some());
    }

    #[test]
    fn an_address_is_no_name_in_whatever_form() {
        let rules = Rules::new(["127.0.0.1", "2130706433", "0x7f000001", "[::1]", "*.1", "0x7f.1"]);
        for address in ["127.0.0.1", "2130706433", "0x7f000001", "[::1]", "::1", "127.1", "0x7f.1"] {
            assert_eq!(rules.refuse(address, 443), Some("addresses are not reached, only names are"), "{address}");
        }
    }

    #[test]
    fn names_that_lead_inside_are_refused() {
        let rules = Rules::new(["a.example"]);
        for inside in ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1"]
        {
            assert!(!rules.may_connect(inside.parse().unwrap()), "{inside}");
        }
        for inside in ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "fe80::1", "fd00::1", "2002:7f00:1::", "ff02::1", "::"] {
            assert!(!rules.may_connect(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "151.101.1.1", "2606:4700::1111", "2a04:4e42::347"] {
            assert!(rules.may_connect(outside.parse().unwrap()), "{outside}");
        }
        assert!(Rules { private_addresses: true, ..rules }.may_connect("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn the_hosts_of_package_managers_can_be_reached() {
        let rules = Rules::new(DEFAULT_HOSTS.iter().copied());
        for host in DEFAULT_HOSTS {
            assert_eq!(rules.refuse(host, 443), None, "{host}");
        }
    }
}
