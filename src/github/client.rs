//! The one way to GitHub: [`Client::request`].
//!
//! octocrab carries the requests over one shared reqwest client; everything that decides about them (pace, repetition,
//! credentials, timeout) is in our own [`layers`](super::layers).

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::BodyExt as _;
use octocrab::{OctoBody, Octocrab, OctocrabBuilder};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use tower::timeout::TimeoutLayer;

use super::call::Call;
use super::counts::{Calls, Counter};
use super::error::{Error, Trouble};
use super::layers::Failure;
use super::layers::auth::{Credential, Home};
use super::layers::gate::{Fare, Gate};
use super::layers::retry::Retry;
use super::layers::wire::Wire;
use super::pacing::Pacing;
use super::refusal;

/// Milliseconds since 1970, from outside: this module reads no clock.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

pub(super) struct Client {
    octocrab: Octocrab,
    /// Without a slash at its end.
    base: String,
    home: Home,
    clock: Clock,
    counter: Arc<Counter>,
}

/// A successful answer.
pub(super) struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Who asks: the credential and on whose account it goes.
pub(super) struct Caller {
    pub secret: SecretString,
    /// The installation, for the pace; `None` for the App itself.
    pub payer: Option<u64>,
}

impl Client {
    /// Needs a tokio runtime, for octocrab's buffer.
    pub(super) fn new(base: &str, pacing: Pacing, clock: Clock) -> Result<Self, Error> {
        let base = base.trim_end_matches('/').to_owned();
        let never = |message: String| Error::Never { why: Trouble::new(&Method::GET, "/", message) };
        let uri: Uri = base.parse().map_err(|e| never(format!("the API base address {base:?} is not an address: {e}")))?;
        if uri.authority().is_none() || !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(never(format!("the API base address {base:?} is not a full http or https address")));
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(never("no tokio runtime is running".to_owned()));
        }
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("journeyman/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::limited(3));
        if matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|e| never(format!("no HTTP client: {e}")))?;
        let (pacing, counter, home) = (Arc::new(pacing), Arc::new(Counter::default()), Home::of(&uri));
        // A builder that cannot fail says so with an uninhabited error.
        let Ok(octocrab) = OctocrabBuilder::new_empty()
            .with_service(Wire { http, counter: counter.clone() })
            .with_layer(&TimeoutLayer::new(pacing.timeout))
            .with_layer(&home)
            .with_layer(&Gate::new(pacing.clone(), clock.clone()))
            .with_layer(&Retry { pacing, clock: clock.clone() })
            .with_auth(octocrab::AuthState::None)
            .build();
        Ok(Self { octocrab, base, home, clock, counter })
    }

    pub(super) fn calls(&self) -> Calls {
        self.counter.read()
    }

    /// The GraphQL address: beside `/api/v3` on GitHub Enterprise Server, under the base elsewhere.
    pub(super) fn graphql_address(&self) -> String {
        match self.base.strip_suffix("/api/v3") {
            Some(host) => format!("{host}/api/graphql"),
            None => format!("{}/graphql", self.base),
        }
    }

    /// Where people see what the API tells, without a slash at the end. Where the API is on a host of its own, that host's name begins
    /// with `api.`: <https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api>.
    pub(super) fn web_address(&self) -> String {
        let host = self.base.strip_suffix("/api/v3").unwrap_or(&self.base);
        host.replacen("://api.", "://", 1)
    }

    /// Sends a call and returns GitHub's answer if it is a success. Every request of this module goes through here.
    pub(super) async fn request(&self, call: &Call, caller: &Caller) -> Result<Answer, Error> {
        let began = Instant::now();
        let response = self.octocrab.execute(self.build(call, caller)?).await.map_err(|e| no_answer(call, &e))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| no_answer(call, &e))?.to_bytes();
        let id = parts.headers.get("x-github-request-id").and_then(|v| v.to_str().ok()).unwrap_or_default();
        let elapsed = began.elapsed().as_millis();
        tracing::debug!(method = %call.method, path = call.template, status = parts.status.as_u16(), elapsed_ms = %elapsed, request = id, "asked GitHub");
        if parts.status.is_success() {
            Ok(Answer { headers: parts.headers, body })
        } else {
            Err(refusal::read(call, parts.status, &parts.headers, &body, (self.clock)() / 1000))
        }
    }

    fn build(&self, call: &Call, caller: &Caller) -> Result<Request<OctoBody>, Error> {
        let never = |message: String| Error::Never { why: Trouble::new(&call.method, call.template, message) };
        let absolute = call.target.starts_with("http://") || call.target.starts_with("https://");
        let address = if absolute { call.target.clone() } else { format!("{}{}", self.base, call.target) };
        let uri: Uri = address.parse().map_err(|e| never(format!("no address can be made of the request: {e}")))?;
        if !self.home.owns(&uri) {
            return Err(never("GitHub named a further page on another host; check the API base address".to_owned()));
        }
        let builder = Request::builder().method(call.method.clone()).uri(uri).header("accept", "application/vnd.github+json");
        let built = self.octocrab.build_request(builder, call.body.as_ref()).map_err(|e| never(e.to_string()))?;
        let mut request = built;
        request.extensions_mut().insert(Credential(caller.secret.clone()));
        request.extensions_mut().insert(Fare { payer: caller.payer, write: call.write });
        Ok(request)
    }
}

impl Answer {
    pub(super) fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|e| Error::Never {
            why: Trouble::new(&call.method, call.template, format!("the answer is not what GitHub documents: {e}")),
        })
    }

    /// The address of the next page (`Link: <…>; rel="next"`).
    pub(super) fn next(&self) -> Option<String> {
        let links = self.headers.get("link")?.to_str().ok()?;
        links.split(',').find_map(|link| {
            let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
            rest.split(';').any(|part| part.trim() == "rel=\"next\"").then(|| address.to_owned())
        })
    }
}

fn no_answer(call: &Call, error: &octocrab::Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    let mut after = Duration::from_secs(10);
    let mut message = "the connection broke or took too long".to_owned();
    let mut never = false;
    while let Some(error) = cause {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            message = failure.to_string();
            never = matches!(failure, Failure::TooLarge(_));
            if let Failure::Paced(wait) = failure {
                after = *wait;
            }
            break;
        }
        cause = error.source();
    }
    let why = Trouble::new(&call.method, call.template, message);
    if never { Error::Never { why } } else { Error::Later { after, why } }
}
