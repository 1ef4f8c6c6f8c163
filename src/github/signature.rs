//! `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the webhook's secret ("Validating webhook deliveries").

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Proof that a body came from somebody who knows the secret. Only [`verify`] makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified<'b> {
    body: &'b [u8],
}

impl<'b> Verified<'b> {
    /// The body as it was signed.
    pub fn body(&self) -> &'b [u8] {
        self.body
    }
}

/// Compares in constant time with each of the secrets (several, while one is being replaced). `None` without a header,
/// with a malformed one, and when no secret fits. An empty secret never fits: anybody could sign with it.
pub fn verify<'b>(secrets: &[SecretString], body: &'b [u8], header: Option<&str>) -> Option<Verified<'b>> {
    let claimed = unhex(header?.strip_prefix("sha256=")?)?;
    let mut fits = false;
    for secret in secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()) {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
        mac.update(body);
        fits |= mac.verify_slice(&claimed).is_ok();
    }
    fits.then_some(Verified { body })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}
