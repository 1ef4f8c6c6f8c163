//! From a value as it was found to a value of its type. Each function returns what was expected when it is something else.

use std::net::SocketAddr;

use super::source::Raw;
use crate::domain::Allowance;

/// What was there, for an error line: at most 60 characters, on one line. Never called for a secret.
fn found(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) | Raw::Variable(text) if text.chars().count() > 60 => {
            format!("{:?}…", text.chars().take(60).collect::<String>())
        }
        Raw::Text(text) | Raw::Variable(text) => format!("{text:?}"),
        Raw::Number(number) => number.to_string(),
        Raw::List(_) => "a list".to_owned(),
        Raw::Other(kind) => (*kind).to_owned(),
    }
}

fn expected(what: impl std::fmt::Display, raw: &Raw) -> String {
    format!("expected {what}, found {}", found(raw))
}

/// A whole number between `least` and `most`; a variable's text is read as decimal digits.
pub(super) fn number(raw: &Raw, least: i64, most: i64) -> Result<u64, String> {
    let value = match raw {
        Raw::Number(number) => Some(*number),
        Raw::Variable(text) => text.trim().parse().ok(),
        Raw::Text(_) | Raw::List(_) | Raw::Other(_) => None,
    };
    let range = if most == i64::MAX { format!("from {least}") } else { format!("from {least} to {most}") };
    value
        .filter(|number| (least..=most).contains(number))
        .and_then(|number| u64::try_from(number).ok())
        .ok_or_else(|| expected(format_args!("a whole number {range}"), raw))
}

/// A text that is not empty.
pub(super) fn text(raw: &Raw, what: &str) -> Result<String, String> {
    match raw {
        Raw::Text(text) | Raw::Variable(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Raw::Text(_) | Raw::Variable(_) | Raw::Number(_) | Raw::List(_) | Raw::Other(_) => Err(expected(what, raw)),
    }
}

/// What may be spent: `60 turns, 3000000 tokens, $5, 60 minutes`, any of them, or `unlimited`.
pub(super) fn allowance(raw: &Raw) -> Result<Allowance, String> {
    let what = "an allowance such as `60 turns, 3000000 tokens, $5, 60 minutes`, or `unlimited`";
    let text = text(raw, what)?;
    let mut allowance = Allowance::default();
    for part in text.split(',').map(str::trim).filter(|part| *part != "unlimited") {
        let wrong = || expected(what, raw);
        if let Some(dollars) = part.strip_prefix('$') {
            let dollars: f64 = dollars.trim().parse().map_err(|_| wrong())?;
            if !(0.0..=1e9).contains(&dollars) {
                return Err(wrong());
            }
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 10^15")]
            let micro = (dollars * 1e6).round() as u64;
            allowance.micro_dollars = Some(micro);
            continue;
        }
        let (number, unit) = part.split_once(' ').ok_or_else(wrong)?;
        let number: u64 = number.parse().map_err(|_| wrong())?;
        match unit.trim().trim_end_matches('s') {
            "turn" => allowance.turns = Some(u32::try_from(number).map_err(|_| wrong())?),
            "token" => allowance.tokens = Some(number),
            "minute" => allowance.millis = Some(number.saturating_mul(60_000)),
            _ => return Err(wrong()),
        }
    }
    Ok(allowance)
}

/// An address with a port, and not a host's name: it is what we bind to.
pub(super) fn address(raw: &Raw) -> Result<SocketAddr, String> {
    let what = "an IP address with a port, such as 127.0.0.1:8420";
    text(raw, what)?.parse().map_err(|_| expected(what, raw))
}

/// One of a few words.
pub(super) fn word<T: Copy>(raw: &Raw, words: &[(&str, T)]) -> Result<T, String> {
    let choices = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(" or ");
    let text = text(raw, &choices)?;
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value).ok_or_else(|| expected(choices, raw))
}

/// A filter in `EnvFilter`'s syntax.
pub(super) fn filter(raw: &Raw) -> Result<String, String> {
    let what = "a log filter, such as info or journeyman=debug,info";
    let text = text(raw, what)?;
    match tracing_subscriber::EnvFilter::builder().parse(&text) {
        Ok(_) => Ok(text),
        Err(_) => Err(expected(what, raw)),
    }
}

/// The API's base address: `https://HOST[:PORT][/PATH]`. Tokens travel to it, so plain http only reaches this machine.
pub(super) fn api(raw: &Raw) -> Result<String, String> {
    let what = "an address such as https://api.github.com or https://HOST/api/v3";
    let text = text(raw, what)?;
    // First of all, so that no other message shows a password.
    if text.contains('@') {
        return Err("an address must not hold a user or a password".to_owned());
    }
    let uri: http::Uri = text.parse().map_err(|_| expected(what, raw))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(expected(format_args!("{what}, with its https://"), raw));
    };
    let host = authority.host();
    if uri.query().is_some() || text.contains('#') {
        return Err(expected("an address without ? or #", raw));
    }
    if text.ends_with('/') {
        return Err(expected("an address without a slash at its end", raw));
    }
    match scheme {
        "https" if matches!(host, "github.com" | "www.github.com") => {
            Err(expected("https://api.github.com, which is github.com's API", raw))
        }
        "https" => Ok(text),
        "http" if is_loopback(host) => Ok(text),
        "http" => Err(expected("https, because tokens would cross the network in the clear", raw)),
        _ => Err(expected(what, raw)),
    }
}

/// How people reach this server, or nothing: `https://HOST[:PORT][/PATH]`. Plain http is for this machine alone: a page's address is
/// all that opens it.
pub(super) fn public_url(raw: &Raw) -> Result<Option<String>, String> {
    let what = "an address such as https://journeyman.example.com, with neither a slash at its end nor ? or #";
    let (Raw::Text(text) | Raw::Variable(text)) = raw else { return Err(expected(what, raw)) };
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if text.contains('@') {
        return Err("an address must not hold a user or a password".to_owned());
    }
    let uri: http::Uri = text.parse().map_err(|_| expected(what, raw))?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(expected(what, raw)) };
    match scheme {
        _ if uri.query().is_some() || text.ends_with('/') || text.contains('#') => Err(expected(what, raw)),
        "https" => Ok(Some(text.to_owned())),
        "http" if is_loopback(authority.host()) => Ok(Some(text.to_owned())),
        "http" => Err(expected("https, because whoever sees a page's address may read the page", raw)),
        _ => Err(expected(what, raw)),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
