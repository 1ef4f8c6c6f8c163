//! What can be made to go wrong, on purpose and repeatably: answers, connections and deliveries.

use std::collections::BTreeMap;
use std::time::Duration;

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestFault {
    /// Answered with this status; nothing is done.
    Status(u16),
    /// 403, "You have exceeded a secondary rate limit", with this `Retry-After` in seconds.
    SecondaryLimit(u64),
    /// 429 with this `Retry-After` in seconds.
    TooManyRequests(u64),
    /// 403, "API rate limit exceeded", nothing remaining until so many seconds from now.
    PrimaryLimit(u64),
    /// The connection is closed before anything is done.
    CutBefore,
    /// The work is done, and the connection is closed before the answer.
    CutAfter,
    /// Answered after this time.
    Slow(Duration),
}

/// What becomes of one webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryFault {
    /// Never arrives; the delivery log says that nobody answered, so it can be asked for again.
    Lost,
    /// Arrives twice with the same GUID.
    Doubled,
    /// Arrives after the one that follows it.
    Reordered,
    /// Arrives so much later.
    Delayed(Duration),
}

/// How many in a thousand meet each fault, decided by a seed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Weather {
    pub seed: u64,
    pub lost: u32,
    pub doubled: u32,
    pub reordered: u32,
    /// Requests answered 500 without being done.
    pub failed: u32,
    /// Requests done whose answer never arrives.
    pub cut_after: u32,
}

/// The faults that are switched on. None at first.
#[derive(Debug, Default)]
pub struct Faults {
    requests: Vec<(String, RequestFault, u32)>,
    deliveries: Vec<(String, DeliveryFault, u32)>,
    weather: Weather,
    drawn: u64,
    met: BTreeMap<String, u64>,
}

impl Faults {
    /// The next `times` requests whose "METHOD /route/{template}" contains `matching` meet `fault`.
    pub fn next_requests(&mut self, matching: &str, fault: RequestFault, times: u32) {
        self.requests.push((matching.to_owned(), fault, times));
    }

    /// The next `times` webhooks of `event` (any event when empty) meet `fault`.
    pub fn next_deliveries(&mut self, event: &str, fault: DeliveryFault, times: u32) {
        self.deliveries.push((event.to_owned(), fault, times));
    }

    /// Bad luck from now on, the same for the same seed and the same order of requests.
    pub fn set_weather(&mut self, weather: Weather) {
        self.weather = weather;
        self.drawn = 0;
    }

    /// Everything works again.
    pub fn clear(&mut self) {
        *self = Self { met: std::mem::take(&mut self.met), ..Self::default() };
    }

    /// How often each fault was met, by its name.
    pub fn met(&self) -> &BTreeMap<String, u64> {
        &self.met
    }

    pub(super) fn request(&mut self, route: &str) -> Option<RequestFault> {
        let planned = self.requests.iter_mut().find(|(matching, _, left)| *left > 0 && route.contains(matching.as_str()));
        let fault = match planned {
            Some((_, fault, left)) => {
                *left -= 1;
                Some(*fault)
            }
            None => self.draw(&[(self.weather.failed, RequestFault::Status(500)), (self.weather.cut_after, RequestFault::CutAfter)]),
        };
        self.count(fault.map(|f| format!("{f:?}")));
        fault
    }

    pub(super) fn delivery(&mut self, event: &str) -> Option<DeliveryFault> {
        let planned = self.deliveries.iter_mut().find(|(matching, _, left)| *left > 0 && (matching.is_empty() || matching == event));
        let Weather { lost, doubled, reordered, .. } = self.weather;
        let fault = match planned {
            Some((_, fault, left)) => {
                *left -= 1;
                Some(*fault)
            }
            None => self.draw(&[(lost, DeliveryFault::Lost), (doubled, DeliveryFault::Doubled), (reordered, DeliveryFault::Reordered)]),
        };
        self.count(fault.map(|f| format!("{f:?}")));
        fault
    }

    fn count(&mut self, name: Option<String>) {
        if let Some(name) = name {
            *self.met.entry(name).or_default() += 1;
        }
    }

    fn draw<F: Copy>(&mut self, chances: &[(u32, F)]) -> Option<F> {
        if chances.iter().all(|(chance, _)| *chance == 0) {
            return None;
        }
        self.drawn += 1;
        let mut left = u32::try_from(mixed(self.weather.seed, self.drawn) % 1000).unwrap_or(0);
        for (chance, fault) in chances {
            if left < *chance {
                return Some(*fault);
            }
            left -= chance;
        }
        None
    }
}

/// A number that looks random and is the same for the same seed and turn (the finaliser of SplitMix64).
fn mixed(seed: u64, turn: u64) -> u64 {
    let mut z = seed.wrapping_add(turn.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planned_fault_is_met_as_often_as_planned_and_only_there() {
        let mut faults = Faults::default();
        faults.next_requests("POST /repos/{owner}/{repo}/git/commits", RequestFault::Status(502), 2);
        let met: Vec<_> = [
            "GET /app",
            "POST /repos/{owner}/{repo}/git/commits",
            "POST /repos/{owner}/{repo}/git/commits",
            "POST /repos/{owner}/{repo}/git/commits",
        ]
        .map(|route| faults.request(route).is_some())
        .into();
        assert_eq!(met, [false, true, true, false]);
    }

    #[test]
    fn the_same_seed_brings_the_same_weather() {
        let luck = |seed| {
            let mut faults = Faults::default();
            faults.set_weather(Weather { seed, failed: 100, cut_after: 100, ..Weather::default() });
            (0..200).map(|_| faults.request("GET /app")).collect::<Vec<_>>()
        };
        assert_eq!(luck(7), luck(7));
        assert_ne!(luck(7), luck(8));
        let met = luck(7).into_iter().flatten().count();
        assert!((20..=60).contains(&met), "{met} of 200");
    }
}
