//! GitHub's own list of the webhooks that it sent us, for the sweep: what failed is asked for again.

use http::Method;
use serde::Deserialize;

use super::app::App;
use super::call::Call;
use super::error::Error;
use super::moment;
use crate::domain::{DeliveryId, Timestamp};

/// One attempt of GitHub to deliver. A redelivery has its own `id` and the `guid` of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: u64,
    pub guid: DeliveryId,
    pub delivered_at: Timestamp,
    pub redelivery: bool,
    /// Our answer's status as GitHub saw it; 0 when there was none.
    pub status_code: u16,
    pub event: String,
    pub action: Option<String>,
}

impl Delivery {
    /// Whether we answered that we have it.
    pub fn arrived(&self) -> bool {
        (200..300).contains(&self.status_code)
    }
}

/// A page of deliveries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deliveries {
    pub deliveries: Vec<Delivery>,
    /// For the next older page; `None` at the end.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    id: u64,
    guid: String,
    delivered_at: Option<String>,
    #[serde(default)]
    redelivery: bool,
    #[serde(default)]
    status_code: u16,
    #[serde(default)]
    event: String,
    action: Option<String>,
}

impl App {
    /// A hundred deliveries, beginning at the cursor that an earlier page named. GitHub keeps three days of them.
    pub async fn deliveries(&self, cursor: Option<&str>) -> Result<Deliveries, Error> {
        let mut call = Call::new(Method::GET, "/app/hook/deliveries", &[]).query("per_page", 100);
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        let answer = self.request(&call).await?;
        let wires: Vec<Wire> = answer.json(&call)?;
        let next = answer.next().and_then(|address| cursor_of(&address));
        Ok(Deliveries { deliveries: wires.into_iter().map(Delivery::from).collect(), next })
    }

    /// Asks GitHub to deliver again. It does so within moments, with the first delivery's GUID.
    pub async fn redeliver(&self, id: u64) -> Result<(), Error> {
        let call = Call::new(Method::POST, "/app/hook/deliveries/{delivery_id}/attempts", &[&id]);
        self.request(&call).await.map(|_| ())
    }
}

/// The decoded value of `cursor` in a page's address.
fn cursor_of(address: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix("cursor="))?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8().ok()?.into_owned())
}

impl From<Wire> for Delivery {
    fn from(wire: Wire) -> Self {
        Delivery {
            id: wire.id,
            guid: DeliveryId::new(wire.guid),
            delivered_at: moment::or_oldest(wire.delivered_at.as_deref()),
            redelivery: wire.redelivery,
            status_code: wire.status_code,
            event: wire.event,
            action: wire.action,
        }
    }
}
