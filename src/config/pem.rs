//! The App's private key: that it is one, and that it signs, is found out before the first request and not by it.

use jsonwebtoken::{Algorithm, EncodingKey, Header};

/// `Ok` when GitHub's RS256 can be signed with this PEM; else what was expected. The key is in no message.
pub(super) fn check(pem: &str) -> Result<(), &'static str> {
    let expected = "expected an RSA private key in PEM, as GitHub gives it (-----BEGIN RSA PRIVATE KEY-----)";
    if pem.trim().is_empty() {
        return Err("is empty; expected an RSA private key in PEM");
    }
    if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") || pem.contains("Proc-Type: 4,ENCRYPTED") {
        return Err("is encrypted; expected an RSA private key in PEM without a passphrase, as GitHub gives it");
    }
    if pem.contains("PUBLIC KEY-----") {
        return Err("is a public key; expected the RSA private key in PEM, as GitHub gives it");
    }
    if pem.contains("BEGIN EC PRIVATE KEY") {
        return Err("is an EC key; expected an RSA private key in PEM, as GitHub gives it");
    }
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| expected)?;
    // The PEM's frame says nothing about its content: only signing shows that the key is whole and of a size that is taken.
    match jsonwebtoken::encode(&Header::new(Algorithm::RS256), &serde_json::json!({}), &key) {
        Ok(_) => Ok(()),
        Err(_) => Err("is damaged or shorter than 2048 bits; expected the RSA private key in PEM, as GitHub gives it"),
    }
}
