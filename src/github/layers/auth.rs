//! Adds the credential to what goes to the configured API, and to nothing else.
//!
//! The host is compared with the configured one, not with api.github.com: the addresses of further pages are absolute,
//! and on GitHub Enterprise Server or a simulator they must be authenticated too.

use std::task::{Context, Poll};

use http::header::AUTHORIZATION;
use http::uri::{Authority, Scheme};
use http::{HeaderValue, Request, Uri};
use octocrab::OctoBody;
use secrecy::{ExposeSecret, SecretString};
use tower::{BoxError, Layer, Service};

use super::{Answer, Carrier, Sending};

/// A JWT or an installation token. It travels in the request's extensions.
#[derive(Clone)]
pub(in crate::github) struct Credential(pub SecretString);

/// The only place to which credentials go.
#[derive(Clone)]
pub(in crate::github) struct Home {
    pub scheme: Option<Scheme>,
    pub authority: Option<Authority>,
}

impl Home {
    pub(in crate::github) fn of(base: &Uri) -> Self {
        Self { scheme: base.scheme().cloned(), authority: base.authority().cloned() }
    }
    pub(in crate::github) fn owns(&self, uri: &Uri) -> bool {
        self.authority.is_some() && uri.scheme() == self.scheme.as_ref() && uri.authority() == self.authority.as_ref()
    }
}

impl<S> Layer<S> for Home {
    type Service = Auth<S>;
    fn layer(&self, inner: S) -> Auth<S> {
        Auth { inner, home: self.clone() }
    }
}

#[derive(Clone)]
pub(in crate::github) struct Auth<S> {
    inner: S,
    home: Home,
}

impl<S: Carrier> Service<Request<OctoBody>> for Auth<S> {
    type Response = Answer;
    type Error = BoxError;
    type Future = Sending;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<OctoBody>) -> Sending {
        if self.home.owns(request.uri())
            && let Some(Credential(secret)) = request.extensions().get::<Credential>()
            && let Ok(mut value) = HeaderValue::try_from(format!("Bearer {}", secret.expose_secret()))
        {
            value.set_sensitive(true);
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        Box::pin(self.inner.call(request))
    }
}
