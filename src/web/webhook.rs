//! `POST /webhook`: the signature over the raw body first, then the headers, then the store. The body is bytes throughout.
//!
//! Headers and signature: <https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers>.

use std::sync::Arc;

use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tokio::sync::OwnedSemaphorePermit;

use super::answer::{Refusal, accepted, duplicate};
use super::{Shared, body};
use crate::domain::DeliveryId;
use crate::github::signature;
use crate::store::{Accepted, Delivery};

/// The longest GUID and event name that are taken. GitHub's have 36 and about 40 characters.
const LONGEST_NAME: usize = 100;

/// A delivery whose signature was verified. Nothing but the extractor makes one.
pub struct VerifiedDelivery {
    delivery: Delivery,
    /// Keeps the memory of a long body reserved until it is stored.
    _reserved: Option<OwnedSemaphorePermit>,
}

impl VerifiedDelivery {
    pub fn into_inner(self) -> Delivery {
        self.delivery
    }
}

impl FromRequest<Arc<Shared>> for VerifiedDelivery {
    type Rejection = Refusal;

    async fn from_request(request: Request, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let headers = &parts.headers;
        let claimed = match claimed(headers) {
            Ok(signature) => signature,
            Err(refusal) => {
                body::finish(body).await;
                return Err(refusal);
            }
        };
        let announced = text(headers, CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
        let whole = body::read(body, announced, &shared.memory).await?;
        if signature::verify(&shared.receiver.secrets, &whole.bytes, Some(claimed)).is_none() {
            return Err(Refusal::NotGenuine);
        }
        let id = DeliveryId::new(name(headers, "x-github-delivery", "X-GitHub-Delivery")?);
        let event = name(headers, "x-github-event", "X-GitHub-Event")?.to_owned();
        let received_at = (shared.receiver.clock)();
        Ok(Self { delivery: Delivery { id, event, received_at, payload: whole.bytes }, _reserved: whole.reserved })
    }
}

pub(super) async fn receive(State(shared): State<Arc<Shared>>, VerifiedDelivery { delivery, _reserved }: VerifiedDelivery) -> Response {
    match shared.receiver.store.accept(delivery).await {
        Ok(Accepted::New) => accepted(),
        Ok(Accepted::Duplicate) => duplicate(),
        Err(error) => {
            tracing::warn!(%error, "failed to store a delivery; its sender was told to try again");
            Refusal::Store(error).into_response()
        }
    }
}

/// The signature that is still to be verified.
fn claimed(headers: &HeaderMap) -> Result<&str, Refusal> {
    if text(headers, CONTENT_TYPE.as_str()).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(Refusal::FormEncoded);
    }
    text(headers, "x-hub-signature-256").ok_or(Refusal::NotGenuine)
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn name<'h>(headers: &'h HeaderMap, name: &str, shown: &'static str) -> Result<&'h str, Refusal> {
    let well_formed = |text: &&str| (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    text(headers, name).filter(well_formed).ok_or(Refusal::Header(shown))
}
