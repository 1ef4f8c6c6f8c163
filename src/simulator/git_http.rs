//! Git over smart HTTP, for reading: `git upload-pack` behind the two addresses of the protocol (gitprotocol-http(5)).
//! A push is refused with a sentence; branches move through the API and through people's verbs.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Stdio;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use flate2::read::GzDecoder;

use super::auth;
use super::git;
use super::permissions::Level::Read as MayRead;
use super::permissions::Need;
use super::shared::Shared;
use super::state::State;

/// `/OWNER/NAME.git/info/refs?service=git-upload-pack` and `/OWNER/NAME.git/git-upload-pack`.
pub(super) async fn handle(shared: &Shared, method: &str, path: &str, query: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let Some((repository, action)) = path.split_once(".git/") else { return plain(StatusCode::NOT_FOUND, "not found") };
    if query.contains("git-receive-pack") || action == "git-receive-pack" {
        return plain(StatusCode::FORBIDDEN, "the simulator takes no push over HTTP: use the API or a person's verbs");
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (owner, name) = repository.trim_start_matches('/').split_once('/').unwrap_or_default();
    let place = match shared.read(|state| allowed(state, owner, name, header("authorization").as_deref())) {
        Ok(place) => place,
        Err((status, why)) => return refusal(status, why),
    };
    let protocol = header("git-protocol").filter(|p| p.starts_with("version=")).unwrap_or_default();
    let mut arguments = vec!["upload-pack", "--stateless-rpc"];
    let (kind, input, advertise) = match (method, action) {
        ("GET", "info/refs") if query.contains("service=git-upload-pack") => {
            arguments.push("--advertise-refs");
            ("application/x-git-upload-pack-advertisement", Vec::new(), true)
        }
        ("POST", "git-upload-pack") => {
            let inflated = if header("content-encoding").as_deref() == Some("gzip") { gunzip(body) } else { Ok(body.to_vec()) };
            let Ok(inflated) = inflated else { return plain(StatusCode::BAD_REQUEST, "the body is not gzip") };
            ("application/x-git-upload-pack-result", inflated, false)
        }
        _ => return plain(StatusCode::NOT_FOUND, "not found"),
    };
    arguments.push(".");
    let mut command = git::command(&place);
    command.args(&arguments).env("GIT_PROTOCOL", &protocol).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn()?;
        let mut stdin = child.stdin.take();
        let writer = std::thread::spawn(move || stdin.as_mut().map_or(Ok(()), |pipe| pipe.write_all(&input)));
        let output = child.wait_with_output()?;
        writer.join().ok();
        Ok::<_, std::io::Error>(output.stdout)
    });
    let Ok(Ok(bytes)) = output.await else { return plain(StatusCode::INTERNAL_SERVER_ERROR, "git could not be run") };
    let mut answer = Vec::new();
    if advertise && !protocol.contains("version=2") {
        answer.extend_from_slice(b"001e# service=git-upload-pack\n0000");
    }
    answer.extend(bytes);
    let response = Response::builder().header("content-type", kind).header("cache-control", "no-cache").body(Body::from(answer));
    response.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The bare repository, for `x-access-token` with an installation token that may read its contents.
fn allowed(state: &State, owner: &str, name: &str, authorization: Option<&str>) -> Result<PathBuf, (StatusCode, &'static str)> {
    let denied = || (StatusCode::UNAUTHORIZED, "authentication is needed");
    let (scheme, rest) = authorization.and_then(|a| a.split_once(' ')).ok_or_else(denied)?;
    let credential = if scheme.eq_ignore_ascii_case("basic") {
        let pair = base64::engine::general_purpose::STANDARD.decode(rest.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        pair.and_then(|pair| pair.split_once(':').map(|(_, password)| password.to_owned())).ok_or_else(denied)?
    } else {
        rest.trim().to_owned()
    };
    let token = auth::token(state, &credential).map_err(|_| denied())?;
    let at = state.find(owner, name).filter(|at| auth::reaches(state, &token, *at));
    let at = at.ok_or((StatusCode::NOT_FOUND, "Repository not found."))?;
    if !Need::Any(&[("contents", MayRead)]).met_by(&token.permissions) {
        return Err((StatusCode::FORBIDDEN, "Resource not accessible by integration"));
    }
    Ok(state.repo(at).git.dir().to_owned())
}

fn gunzip(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(body).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, [("content-type", "text/plain; charset=utf-8")], text).into_response()
}

/// Who is not known is asked for a password, as git's credential helpers expect.
fn refusal(status: StatusCode, why: &'static str) -> Response {
    let mut response = plain(status, why);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert("www-authenticate", HeaderValue::from_static("Basic realm=\"GitHub\""));
    }
    response
}
