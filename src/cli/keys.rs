//! A fresh RSA key pair, for an App that exists on loopback only.

use anyhow::{Context, anyhow};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use secrecy::SecretString;

/// Both halves in PEM.
pub struct AppKeys {
    pub private_pem: SecretString,
    pub public_pem: String,
}

/// 2048 bits, as GitHub makes them.
pub fn generate() -> anyhow::Result<AppKeys> {
    let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|e| anyhow!("{e}")).context("failed to make a key pair")?;
    let private = AsDer::<Pkcs8V1Der>::as_der(&pair).map_err(|e| anyhow!("{e}"))?;
    let public = AsDer::<PublicKeyX509Der>::as_der(pair.public_key()).map_err(|e| anyhow!("{e}"))?;
    Ok(AppKeys { private_pem: SecretString::from(pem("PRIVATE KEY", private.as_ref())), public_pem: pem("PUBLIC KEY", public.as_ref()) })
}

/// RFC 7468: base64 in lines of 64 characters between two marks.
fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
