//! The innermost service: one reqwest client, and the whole answer in memory, so that a body cut off in the middle is
//! seen by the timeout and by the retry.

use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use octocrab::OctoBody;
use tower::{BoxError, Service};

use super::{Answer, Failure, Sending};
use crate::github::counts::Counter;

/// GitHub's largest blob is 100 MB, and base64 makes it a third larger.
const LARGEST_ANSWER: usize = 140 << 20;

#[derive(Clone)]
pub(in crate::github) struct Wire {
    pub http: reqwest::Client,
    pub counter: Arc<Counter>,
}

impl Service<Request<OctoBody>> for Wire {
    type Response = Answer;
    type Error = BoxError;
    type Future = Sending;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Sending {
        let http = self.http.clone();
        self.counter.count(request.method());
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            // octocrab says 0 for a request without a body, reqwest counts for itself.
            parts.headers.remove(CONTENT_LENGTH);
            let request = reqwest::Request::try_from(Request::from_parts(parts, body))?;
            Ok(exchange(&http, request).await?)
        })
    }
}

async fn exchange(http: &reqwest::Client, request: reqwest::Request) -> Result<Answer, Failure> {
    let mut response = http.execute(request).await.map_err(no_answer)?;
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| Failure::Cut(root(&e)))? {
        if bytes.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Failure::TooLarge(LARGEST_ANSWER));
        }
        bytes.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(Full::new(Bytes::from(bytes)));
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok(answer)
}

fn no_answer(error: reqwest::Error) -> Failure {
    if error.is_connect() { Failure::NotSent(root(&error)) } else { Failure::Cut(root(&error)) }
}

/// The innermost cause: reqwest's own message repeats the address, which may hold names.
fn root(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if std::ptr::addr_eq(cause, error) { "no reason given".to_owned() } else { cause.to_string() }
}
