//! What stands between octocrab and the wire, from the outside in: [`retry`], [`gate`], [`auth`], tower's timeout, [`wire`].
//!
//! octocrab's own retries, authentication and cache stay off: its retries repeat writes, its tokens have no single
//! flight, and its authentication leaves out every host but api.github.com.

pub(super) mod auth;
pub(super) mod gate;
pub(super) mod retry;
pub(super) mod wire;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use octocrab::OctoBody;
use tower::{BoxError, Service};

pub(super) type Answer = Response<Full<Bytes>>;
pub(super) type Sending = Pin<Box<dyn Future<Output = Result<Answer, BoxError>> + Send>>;

/// What every layer wraps and is.
pub(super) trait Carrier:
    Service<Request<OctoBody>, Response = Answer, Error = BoxError, Future: Send + 'static> + Clone + Send + 'static
{
}

impl<S> Carrier for S where
    S: Service<Request<OctoBody>, Response = Answer, Error = BoxError, Future: Send + 'static> + Clone + Send + 'static
{
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    /// No connection: GitHub has not seen the request.
    #[error("no connection to GitHub ({0})")]
    NotSent(String),
    /// Broken off after it was sent: it may have been carried out.
    #[error("the connection broke before the answer was there ({0})")]
    Cut(String),
    /// Our own pace, or a refusal that GitHub gave earlier, asks for a longer wait than we are ready for.
    #[error("the limit of requests is reached")]
    Paced(Duration),
    /// The answer is larger than anything that we ask for.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}
