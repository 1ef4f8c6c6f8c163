//! The answers, each a status and one JSON object. A refusal says what to change.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use super::LONGEST;
use crate::store;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// A fixed answer.
pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(axum::body::Body::from(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

pub(super) fn accepted() -> Response {
    json(StatusCode::ACCEPTED, Bytes::from_static(b"{\"status\":\"accepted\"}"))
}

pub(super) fn duplicate() -> Response {
    json(StatusCode::OK, Bytes::from_static(b"{\"status\":\"duplicate\"}"))
}

pub(super) async fn nothing_here() -> Response {
    json(StatusCode::NOT_FOUND, Bytes::from_static(b"{\"error\":\"nothing here; deliveries go to POST /webhook\"}"))
}

/// Why a delivery was not taken.
#[derive(Debug)]
pub enum Refusal {
    /// 401. Says the same of a missing signature and of a wrong one.
    NotGenuine,
    /// 400. A header that every delivery carries is missing or is not what GitHub sends.
    Header(&'static str),
    /// 415. The webhook is set to form encoding.
    FormEncoded,
    /// 413.
    TooLong,
    /// 400. The body ended early or was not readable as HTTP.
    Truncated,
    /// 408.
    TooSlow,
    /// 503. Too many long bodies at once.
    NoMemory,
    /// 503.
    Store(store::Error),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let text = match &self {
            Self::NotGenuine => "the signature in X-Hub-Signature-256 is missing or does not fit; check the webhook secret".to_owned(),
            Self::Header(name) => format!("{name} is missing or malformed; GitHub sends it with every delivery"),
            Self::FormEncoded => "the body is form-encoded; set the webhook's content type to application/json".to_owned(),
            Self::TooLong => format!("the body is longer than {LONGEST} bytes, which is more than GitHub sends"),
            Self::Truncated => "the body ended before its announced length".to_owned(),
            Self::TooSlow => "the body did not arrive in time".to_owned(),
            Self::NoMemory => "too many long deliveries at once; send it again".to_owned(),
            Self::Store(_) => "the delivery could not be stored and is not accepted; send it again".to_owned(),
        };
        let mut response = json(self.status(), serde_json::json!({ "error": text }).to_string());
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        response
    }
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotGenuine => StatusCode::UNAUTHORIZED,
            Self::Header(_) | Self::Truncated => StatusCode::BAD_REQUEST,
            Self::FormEncoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NoMemory | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Seconds until it is worth trying again.
    fn retry_after(&self) -> Option<&'static str> {
        match self {
            Self::NoMemory | Self::Store(store::Error::Busy(_)) => Some("2"),
            Self::Store(_) => Some("30"),
            Self::NotGenuine | Self::Header(_) | Self::FormEncoded | Self::TooLong | Self::Truncated | Self::TooSlow => None,
        }
    }
}
