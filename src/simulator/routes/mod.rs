//! The REST routes: one table, each line with what it asks of the caller.
//!
//! A path that is in no line is answered 501 with its name, so that a client which strays is found out at once.

mod actions;
mod apps;
mod assignees;
mod branches;
mod check_input;
mod checks;
mod comments;
mod commits;
mod contents;
mod git_data;
mod graphql;
mod graphql_rollup;
mod issues;
mod pulls;
mod refs;
mod repositories;
mod reviews;
mod threads;

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::answer::{Answer, Answered};
use super::auth::{self, Caller, Token};
use super::permissions::{Level, Need};
use super::state::{At, State};
use super::time;

type Handler = fn(&mut Call<'_>) -> Answered;

pub(super) struct Route {
    pub method: &'static str,
    /// The path as GitHub's OpenAPI description writes it.
    pub template: &'static str,
    pub need: Need,
    handler: Handler,
}

/// One request on its way through a route.
pub(super) struct Call<'a> {
    pub state: &'a mut State,
    parameters: HashMap<&'static str, String>,
    query: Vec<(String, String)>,
    pub body: Value,
    token: Option<Token>,
    at: Option<At>,
    path: String,
}

/// A request as it came in.
pub(super) struct Incoming<'a> {
    /// Below `/api/v3`, or `/graphql`.
    pub path: &'a str,
    pub query: &'a str,
    pub authorization: Option<&'a str>,
    pub body: &'a [u8],
}

const fn route(method: &'static str, template: &'static str, need: Need, handler: Handler) -> Route {
    Route { method, template, need, handler }
}

const fn any(choices: &'static [(&'static str, Level)]) -> Need {
    Need::Any(choices)
}

/// All routes; the more particular before the more general.
pub(super) fn table() -> impl Iterator<Item = &'static Route> {
    [
        apps::ROUTES,
        comments::ROUTES,
        issues::ROUTES,
        assignees::ROUTES,
        reviews::ROUTES,
        pulls::ROUTES,
        git_data::ROUTES,
        refs::ROUTES,
        checks::ROUTES,
        actions::ROUTES,
        commits::ROUTES,
        branches::ROUTES,
        contents::ROUTES,
        repositories::ROUTES,
        graphql::ROUTES,
    ]
    .into_iter()
    .flatten()
}

/// The route of a request, with the parameters of its path.
pub(super) fn find(method: &str, path: &str) -> Option<(&'static Route, HashMap<&'static str, String>)> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    table().filter(|route| route.method == method).find_map(|route| {
        let template: Vec<&'static str> = route.template.trim_matches('/').split('/').collect();
        let mut found = HashMap::new();
        matches(&template, &segments, &mut found).then_some((route, found))
    })
}

/// Parameters that may hold slashes (`x-multi-segment` in GitHub's description).
fn takes_slashes(name: &str) -> bool {
    matches!(name, "ref" | "path" | "basehead" | "branch")
}

fn matches(template: &[&'static str], path: &[&str], found: &mut HashMap<&'static str, String>) -> bool {
    let Some((first, rest)) = template.split_first() else { return path.is_empty() };
    let Some(name) = first.strip_prefix('{').and_then(|name| name.strip_suffix('}')) else {
        return path.split_first().is_some_and(|(segment, others)| segment == first && matches(rest, others, found));
    };
    let most = if takes_slashes(name) { path.len() } else { 1.min(path.len()) };
    let least = if name == "path" { 0 } else { 1 };
    for length in (least..=most).rev() {
        let (taken, others) = path.split_at(length);
        let value = percent_decode_str(&taken.join("/")).decode_utf8_lossy().into_owned();
        if (!value.is_empty() || least == 0) && matches(rest, others, found) {
            found.insert(name, value);
            return true;
        }
    }
    false
}

/// Answers a request: who calls, may they, and then the route.
pub(super) fn answer(
    state: &mut State,
    route: &'static Route,
    parameters: HashMap<&'static str, String>,
    incoming: &Incoming<'_>,
) -> Answer {
    let answered = checked(state, route, parameters, incoming);
    answered.unwrap_or_else(|refusal| refusal)
}

fn checked(state: &mut State, route: &'static Route, parameters: HashMap<&'static str, String>, incoming: &Incoming<'_>) -> Answered {
    let token = match (auth::caller(state, incoming.authorization)?, route.need) {
        (Caller::App, Need::App) => None,
        (Caller::Installation(_), Need::App) => return Err(Answer::refusal(401, "A JSON web token could not be decoded")),
        (Caller::App, Need::Installation | Need::Any(_)) => return Err(Answer::refusal(401, "Bad credentials")),
        (Caller::Installation(token), Need::Installation | Need::Any(_)) => Some(token),
    };
    let at = match (parameters.get("owner"), parameters.get("repo")) {
        (Some(owner), Some(name)) => {
            let at = state.find(owner, name).ok_or_else(Answer::not_found)?;
            if token.as_ref().is_some_and(|token| !auth::reaches(state, token, at)) {
                return Err(Answer::not_found());
            }
            Some(at)
        }
        _ => None,
    };
    if token.as_ref().is_some_and(|token| !route.need.met_by(&token.permissions)) {
        let refusal = Answer::refusal(403, "Resource not accessible by integration");
        return Err(refusal.with("x-accepted-github-permissions", route.need.header()));
    }
    let body = if incoming.body.is_empty() {
        json!({})
    } else {
        serde_json::from_slice(incoming.body).map_err(|_| Answer::refusal(400, "Problems parsing JSON"))?
    };
    if !body.is_object() {
        return Err(Answer::refusal(400, "Body should be a JSON object"));
    }
    let query = incoming.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        (decode(name), decode(value))
    });
    let path = incoming.path.to_owned();
    let mut call = Call { state, parameters, query: query.collect(), body, token, at, path };
    (route.handler)(&mut call)
}

impl Call<'_> {
    /// The repository of the path.
    fn at(&self) -> Result<At, Answer> {
        self.at.ok_or_else(Answer::not_found)
    }

    /// A parameter of the path.
    fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A number of the path. What is no number is not found.
    fn number(&self, name: &str) -> Result<u64, Answer> {
        self.parameter(name).parse().map_err(|_| Answer::not_found())
    }

    fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A text of the body; a value of another type is refused.
    fn text(&self, resource: &str, field: &str) -> Result<Option<String>, Answer> {
        match self.body.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => {
                let message = format!("{other} is not a string.");
                Err(Answer::invalid(resource, field, "invalid", Some(message)))
            }
        }
    }

    /// A text that must be there and not be empty.
    fn required(&self, resource: &str, field: &str) -> Result<String, Answer> {
        self.text(resource, field)?.filter(|text| !text.is_empty()).ok_or_else(|| {
            let message = format!("{field} can't be blank");
            Answer::invalid(resource, field, "missing_field", Some(message))
        })
    }

    /// The account in whose name the caller acts.
    fn actor(&self) -> String {
        self.state.bot_login()
    }

    /// One page of a list by `per_page` and `page`, with the `Link` header; `wrap` makes the body from the page and the total.
    fn page<T>(&self, all: Vec<T>, wrap: impl FnOnce(Vec<T>, usize) -> Value) -> Answer {
        let number = |name: &str, or: usize| self.query(name).and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0).unwrap_or(or);
        let (size, page) = (number("per_page", 30).min(100), number("page", 1));
        let total = all.len();
        let last = total.div_ceil(size).max(1);
        let shown: Vec<T> = all.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
        let answer = Answer::ok(wrap(shown, total));
        let link = |page: usize, relation: &str| format!("<{}>; rel=\"{relation}\"", self.address(&[("per_page", size), ("page", page)]));
        let mut links = Vec::new();
        if page > 1 {
            links.extend([link((page - 1).min(last), "prev"), link(1, "first")]);
        }
        if page < last {
            links.extend([link(page + 1, "next"), link(last, "last")]);
        }
        if links.is_empty() { answer } else { answer.with("link", links.join(", ")) }
    }

    /// The address of this request with other numbers in its query.
    fn address(&self, numbers: &[(&str, usize)]) -> String {
        let kept = self.query.iter().filter(|(key, _)| numbers.iter().all(|(name, _)| name != key));
        let kept = kept.map(|(key, value)| format!("{}={}", super::shapes::escape(key), super::shapes::escape(value)));
        let numbers = numbers.iter().map(|(name, number)| format!("{name}={number}"));
        let query: Vec<String> = kept.chain(numbers).collect();
        format!("{}/api/v3{}?{}", self.state.base, self.path, query.join("&"))
    }
}

/// `x-ratelimit-…` as of this answer. The limit is that of a small installation.
pub(super) fn rate(state: &State) -> [(&'static str, String); 5] {
    const LIMIT: u64 = 5000;
    let hours = (time::now().0 - state.started.0) / 3_600_000 + 1;
    let reset = state.started.0 / 1000 + hours * 3600;
    [
        ("x-ratelimit-limit", LIMIT.to_string()),
        ("x-ratelimit-remaining", LIMIT.saturating_sub(state.used % LIMIT).to_string()),
        ("x-ratelimit-reset", reset.to_string()),
        ("x-ratelimit-used", (state.used % LIMIT).to_string()),
        ("x-ratelimit-resource", "core".to_owned()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particular_route_is_found_before_the_general_one() {
        for (method, path, template, parameter, value) in [
            ("GET", "/repos/o/r/commits/feature/x/check-runs", "/repos/{owner}/{repo}/commits/{ref}/check-runs", "ref", "feature/x"),
            ("GET", "/repos/o/r/commits/feature/x", "/repos/{owner}/{repo}/commits/{ref}", "ref", "feature/x"),
            ("GET", "/repos/o/r/git/ref/heads%2Fa%2Fb", "/repos/{owner}/{repo}/git/ref/{ref}", "ref", "heads/a/b"),
            ("GET", "/repos/o/r/compare/main...a/b", "/repos/{owner}/{repo}/compare/{basehead}", "basehead", "main...a/b"),
            ("GET", "/repos/o/r/branches/a/b/protection", "/repos/{owner}/{repo}/branches/{branch}/protection", "branch", "a/b"),
            ("GET", "/repos/o/r/contents/", "/repos/{owner}/{repo}/contents/{path}", "path", ""),
            ("PATCH", "/repos/o/r/issues/comments/7", "/repos/{owner}/{repo}/issues/comments/{comment_id}", "comment_id", "7"),
        ] {
            let (route, found) = find(method, path).unwrap();
            assert_eq!((route.template, found.get(parameter).map(String::as_str)), (template, Some(value)), "{path}");
        }
        assert!(find("DELETE", "/repos/o/r").is_none());
    }

    #[test]
    fn every_route_names_a_permission_that_github_knows() {
        const KNOWN: [&str; 9] =
            ["actions", "administration", "checks", "contents", "issues", "metadata", "pull_requests", "statuses", "workflows"];
        for route in table() {
            match route.need {
                Need::App | Need::Installation => assert!(
                    route.template.starts_with("/app")
                        || ["/installation/", "/rate_limit", "/graphql", "/repos/{owner}/{repo}/installation"]
                            .iter()
                            .any(|p| route.template.starts_with(p)),
                    "{} {} asks for no permission",
                    route.method,
                    route.template
                ),
                Need::Any(choices) => {
                    assert!(!choices.is_empty(), "{} {}", route.method, route.template);
                    assert!(choices.iter().all(|(name, _)| KNOWN.contains(name)), "{} {}", route.method, route.template);
                    let writes = choices.iter().all(|(_, level)| *level == Level::Write);
                    assert_eq!(writes, route.method != "GET", "{} {}", route.method, route.template);
                }
            }
        }
    }
}
