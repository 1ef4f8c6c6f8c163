//! What may pass: the providers' own routes for talking to a model, and nothing else of them. Pure.

use http::Method;

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// An answer of a model, which costs.
    Turn,
    /// What costs nothing: which models there are, how many tokens something has.
    Aside,
}

/// `path` is what follows the upstream's own path, and begins with a slash.
pub fn route(method: &Method, path: &str) -> Option<Route> {
    // What a provider might read otherwise than we do.
    if path.contains("..") || path.contains("//") || path.contains(['%', '\\', ';']) {
        return None;
    }
    // The base address of some agents ends before the version, that of others after it.
    let bare = ["/v1beta", "/v1"].iter().find_map(|version| path.strip_prefix(version)).unwrap_or(path);
    let bare = bare.trim_end_matches('/');
    let of_model = bare.strip_prefix("/models/");
    if *method == Method::POST {
        return match (bare, of_model.and_then(|model| model.rsplit_once(':'))) {
            ("/messages" | "/chat/completions" | "/responses" | "/responses/compact", _) => Some(Route::Turn),
            (_, Some((_, "generateContent" | "streamGenerateContent"))) => Some(Route::Turn),
            ("/messages/count_tokens", _) | (_, Some((_, "countTokens"))) => Some(Route::Aside),
            _ => None,
        };
    }
    let looks = *method == Method::GET || *method == Method::HEAD;
    (looks && (bare.is_empty() || bare == "/models" || of_model.is_some())).then_some(Route::Aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_routes_of_a_model_pass() {
        let turns = ["/v1/messages", "/chat/completions", "/v1/responses", "/responses", "/v1beta/models/g-2:streamGenerateContent"];
        for path in turns {
            assert_eq!(route(&Method::POST, path), Some(Route::Turn), "{path}");
            assert_ne!(route(&Method::GET, path), Some(Route::Turn), "{path}");
        }
        for (method, path) in [(Method::GET, "/v1/models"), (Method::HEAD, "/"), (Method::POST, "/v1/messages/count_tokens")] {
            assert_eq!(route(&method, path), Some(Route::Aside), "{path}");
        }
        for path in ["/v1/files", "/v1/organizations/x", "/v1/messages/batches", "/v1/../admin", "/v1//messages", "/v1/%6dessages", ""] {
            assert_eq!(route(&Method::POST, path), None, "{path}");
        }
        assert_eq!(route(&Method::GET, "/v1/files"), None);
        assert_eq!(route(&Method::DELETE, "/v1/models/x"), None);
    }
}
