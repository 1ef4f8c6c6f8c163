mod run_page;

use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::BodyExt;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::answer::Refusal;
use super::*;
use crate::store::{Counts, StoreConfig};

const NOW: i64 = 1_800_000_000_000;

struct Place {
    router: Router,
    store: Arc<Store>,
    seen: Arc<AtomicI64>,
    clock: Arc<AtomicI64>,
    _dir: TempDir,
}

impl Place {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(&StoreConfig::sqlite(dir.path().join("store.db"))).await.unwrap());
        let (seen, clock) = (Arc::new(AtomicI64::new(NOW)), Arc::new(AtomicI64::new(NOW)));
        let now = clock.clone();
        let receiver = Receiver {
            secrets: vec!["new secret".into(), "old secret".into()],
            store: store.clone(),
            clock: Arc::new(move || Timestamp(now.load(Ordering::SeqCst))),
            worker_seen: seen.clone(),
            pages: Some(pages()),
            github: "https://github.example".into(),
        };
        Self { router: router(receiver), store, seen, clock, _dir: dir }
    }

    async fn ask(&self, request: Request<Body>) -> (StatusCode, String) {
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        (parts.status, String::from_utf8(body.collect().await.unwrap().to_bytes().into()).unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn waiting(&self) -> u64 {
        self.store.counts().await.unwrap().waiting
    }
}

fn pages() -> RunPages {
    RunPages::new("https://journeyman.example", vec!["new secret".into(), "old secret".into()])
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// A delivery as GitHub sends it, with these headers set anew, or left out where the value is empty.
fn delivery(body: &[u8], changed: &[(&str, &str)]) -> Request<Body> {
    let signature = sign("new secret", body);
    let mut headers = vec![
        ("content-type", "application/json"),
        ("x-github-delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
        ("x-github-event", "issues"),
        ("x-hub-signature-256", signature.as_str()),
    ];
    headers.retain(|(name, _)| changed.iter().all(|(other, _)| name != other));
    headers.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    let request = headers.into_iter().fold(Request::post("/webhook"), |request, (name, value)| request.header(name, value.as_bytes()));
    request.body(Body::from(body.to_vec())).unwrap()
}

/// The same as bytes, with a length that may be a lie.
fn raw(body: &[u8], announced: usize) -> Vec<u8> {
    let head = format!(
        "POST /webhook HTTP/1.1\r\nhost: here\r\ncontent-length: {announced}\r\nx-github-delivery: {announced}\r\nx-github-event: issues\r\n\
         x-hub-signature-256: {}\r\n\r\n",
        sign("new secret", body)
    );
    [head.as_bytes(), body].concat()
}

/// Reads one answer; empty when the connection was closed instead.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 1024];
    while !text.ends_with('}') {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(n) => text.push_str(std::str::from_utf8(&buffer[..n]).unwrap()),
        }
    }
    text
}

/// Serves the place while `client` runs, stops, and waits for the end.
async fn served<T>(place: &Place, client: impl AsyncFnOnce(std::net::SocketAddr, CancellationToken) -> T) -> T {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let serving = serve(listener, place.router.clone(), stop.clone().cancelled_owned());
    let talking = async {
        let result = client(address, stop.clone()).await;
        stop.cancel();
        result
    };
    let (served, result) = tokio::join!(serving, talking);
    served.unwrap();
    result
}

#[tokio::test]
async fn a_signed_delivery_is_accepted_once_and_known_the_second_time() {
    let place = Place::new().await;
    assert_eq!(place.ask(delivery(b"{}", &[])).await, (StatusCode::ACCEPTED, "{\"status\":\"accepted\"}".into()));
    assert_eq!(place.ask(delivery(b"{}", &[])).await, (StatusCode::OK, "{\"status\":\"duplicate\"}".into()));
    let stored = place.store.unrouted(10).await.unwrap();
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].event.as_str(), stored[0].received_at, &stored[0].payload[..]), ("issues", Timestamp(NOW), &b"{}"[..]));
}

#[tokio::test]
async fn a_delivery_signed_with_the_second_secret_is_accepted() {
    let place = Place::new().await;
    let signature = sign("old secret", b"{}");
    assert_eq!(place.ask(delivery(b"{}", &[("x-hub-signature-256", &signature)])).await.0, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_delivery_that_is_not_signed_by_us_is_not_taken() {
    let place = Place::new().await;
    let (stranger, other_body) = (sign("guess", b"{}"), sign("new secret", b"{ }"));
    let signatures = ["", "sha256=", "sha256=00", "sha1=7e9c", &stranger, &other_body, "sha256=\u{e9}"];
    for signature in signatures {
        let (status, text) = place.ask(delivery(b"{}", &[("x-hub-signature-256", signature)])).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{signature}");
        assert!(text.contains("check the webhook secret"), "{text}");
    }
    assert_eq!(place.waiting().await, 0);
}

#[tokio::test]
async fn a_delivery_without_its_name_or_event_is_refused_by_the_header() {
    let place = Place::new().await;
    let long = "x".repeat(101);
    for header in ["X-GitHub-Delivery", "X-GitHub-Event"] {
        for value in ["", " ", "a b", "72d3162e\u{202e}", &long] {
            let (status, text) = place.ask(delivery(b"{}", &[(&header.to_lowercase(), value)])).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{header}: {value}");
            assert!(text.contains(header), "{text}");
        }
    }
    assert_eq!(place.waiting().await, 0);
}

#[tokio::test]
async fn a_body_that_is_not_json_and_an_unknown_event_are_stored_as_they_are() {
    let place = Place::new().await;
    let body = b"\0\xff{\"action\": nonsense";
    assert_eq!(place.ask(delivery(body, &[("x-github-event", "an_event_of_tomorrow")])).await.0, StatusCode::ACCEPTED);
    assert_eq!(&place.store.unrouted(1).await.unwrap()[0].payload[..], body);
}

#[tokio::test]
async fn a_form_encoded_webhook_is_told_what_to_set() {
    let place = Place::new().await;
    let (status, text) = place.ask(delivery(b"payload=%7B%7D", &[("content-type", "application/x-www-form-urlencoded")])).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(text.contains("application/json"), "{text}");
}

#[tokio::test]
async fn a_store_that_cannot_take_it_is_answered_with_try_again() {
    let place = Place::new().await;
    place.store.close().await;
    let response = place.router.clone().oneshot(delivery(b"{}", &[])).await.unwrap();
    assert_eq!((response.status(), &response.headers()["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &"30".parse().unwrap()));
    let busy = Refusal::Store(crate::store::Error::Busy("too much waits")).into_response();
    assert_eq!((busy.status(), &busy.headers()["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &"2".parse().unwrap()));
}

#[tokio::test]
async fn a_client_that_sends_thirty_megabytes_reads_why_not_and_the_next_delivery_is_taken() {
    let place = Place::new().await;
    served(&place, async |address, _| {
        let body = vec![b'x'; 30_000_000];
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&raw(&body, body.len())).await.unwrap();
        let refused = answer(&mut stream).await;
        assert!(refused.starts_with("HTTP/1.1 413") && refused.contains("more than GitHub sends"), "{refused}");
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&raw(b"{}", 2)).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 202"));
    })
    .await;
    assert_eq!(place.waiting().await, 1);
}

#[tokio::test]
async fn a_client_that_does_not_sign_reads_why_not_and_may_go_on() {
    let place = Place::new().await;
    served(&place, async |address, _| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for length in [10, 2_000_000] {
            let head = format!("POST /webhook HTTP/1.1\r\nhost: here\r\ncontent-length: {length}\r\n\r\n");
            stream.write_all(&[head.as_bytes(), &vec![b'x'; length]].concat()).await.unwrap();
            let refused = answer(&mut stream).await;
            assert!(refused.starts_with("HTTP/1.1 401") && refused.contains("check the webhook secret"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_truncated_body_is_not_stored() {
    let place = Place::new().await;
    served(&place, async |address, _| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&raw(b"{\"half\":", 100)).await.unwrap();
        stream.shutdown().await.unwrap();
        let refused = answer(&mut stream).await;
        assert!(!refused.starts_with("HTTP/1.1 2"), "{refused}");
    })
    .await;
    assert_eq!(place.waiting().await, 0);
}

#[tokio::test]
async fn what_is_no_http_does_not_disturb_others() {
    let place = Place::new().await;
    served(&place, async |address, _| {
        let mut other = TcpStream::connect(address).await.unwrap();
        for nonsense in [&b"\x16\x03\x01\x02\0\x01\0"[..], b"POST /webhook HTTP/1.1\r\ncontent-length: -1\r\n\r\n", b"\n\n\n\0"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(nonsense).await.unwrap();
            stream.shutdown().await.unwrap();
            assert!(!answer(&mut stream).await.contains(" 202 "));
        }
        other.write_all(&raw(b"{}", 2)).await.unwrap();
        assert!(answer(&mut other).await.starts_with("HTTP/1.1 202"));
    })
    .await;
}

#[tokio::test]
async fn one_connection_carries_many_deliveries() {
    let place = Place::new().await;
    served(&place, async |address, _| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for length in 1..=50 {
            stream.write_all(&raw(&vec![b' '; length * 1000], length * 1000)).await.unwrap();
            assert!(answer(&mut stream).await.starts_with("HTTP/1.1 202"));
        }
    })
    .await;
    assert_eq!(place.waiting().await, 50);
}

#[tokio::test]
async fn stopping_finishes_what_is_in_hand_and_takes_nothing_new() {
    let place = Place::new().await;
    served(&place, async |address, stop| {
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(&raw(b"[]", 2)).await.unwrap();
        assert!(answer(&mut idle).await.starts_with("HTTP/1.1 202"));
        let mut in_hand = TcpStream::connect(address).await.unwrap();
        let (first, second) = (raw(b"{\"zen\": 1}", 10), b"{\"zen\": 1}");
        let head = &first[..first.len() - second.len()];
        in_hand.write_all(&[head, &second[..4]].concat()).await.unwrap();
        // An answered round trip on another connection shows that the half request has been read.
        idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n").await.unwrap();
        assert!(answer(&mut idle).await.contains("alive"));
        stop.cancel();
        assert_eq!(answer(&mut idle).await, "", "an idle connection is closed");
        in_hand.write_all(&second[4..]).await.unwrap();
        assert!(answer(&mut in_hand).await.starts_with("HTTP/1.1 202"));
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    })
    .await;
    assert_eq!(place.waiting().await, 2);
}

#[tokio::test]
async fn ready_means_that_the_store_takes_writes_and_the_worker_moves() {
    let place = Place::new().await;
    assert_eq!(place.get("/healthz").await, (StatusCode::OK, "{\"status\":\"alive\"}".into()));
    place.ask(delivery(b"{}", &[])).await;
    let (status, text) = place.get("/readyz").await;
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, &said["status"], &said["counts"]["waiting"]), (StatusCode::OK, &"ready".into(), &1.into()));
    place.clock.fetch_add(60_000, Ordering::SeqCst);
    let (status, text) = place.get("/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && text.contains("\"worker\":\"silent\""), "{text}");
    place.seen.fetch_add(60_000, Ordering::SeqCst);
    assert_eq!(place.get("/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE, "a look stays good for a second");
    place.clock.fetch_add(1000, Ordering::SeqCst);
    assert_eq!(place.get("/readyz").await.0, StatusCode::OK);
    place.store.close().await;
    place.clock.fetch_add(1000, Ordering::SeqCst);
    let (status, text) = place.get("/readyz").await;
    assert!(status == StatusCode::SERVICE_UNAVAILABLE && text.contains("\"store\":\"not writable\""), "{text}");
    assert_eq!(place.get("/healthz").await.0, StatusCode::OK);
}

#[tokio::test]
async fn other_addresses_and_methods_are_refused() {
    let place = Place::new().await;
    assert_eq!(place.get("/").await.0, StatusCode::NOT_FOUND);
    assert_eq!(place.get("/webhook").await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(place.store.counts().await.unwrap(), Counts::default());
}
