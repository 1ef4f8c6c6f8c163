//! Pages for people.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::state::State;

pub(super) fn page(_state: &mut State, _path: &str) -> Response {
    StatusCode::NOT_FOUND.into_response()
}
