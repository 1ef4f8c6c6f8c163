use proptest::prelude::*;

use super::super::signature::verify;

/// The example of "Validating webhook deliveries" in GitHub's documentation.
const SECRET: &str = "It's a Secret to Everybody";
const SIGNED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

#[test]
fn githubs_own_example_is_verified() {
    let verified = verify(&[SECRET.into()], b"Hello, World!", Some(SIGNED)).unwrap();
    assert_eq!(verified.body(), b"Hello, World!");
}

#[test]
fn any_of_several_secrets_will_do() {
    assert!(verify(&["new".into(), SECRET.into()], b"Hello, World!", Some(SIGNED)).is_some());
    assert!(verify(&[SECRET.into(), "new".into()], b"Hello, World!", Some(SIGNED)).is_some());
    assert!(verify(&["new".into(), "newer".into()], b"Hello, World!", Some(SIGNED)).is_none());
}

#[test]
fn without_a_proper_header_nothing_is_verified() {
    let digits = SIGNED.trim_start_matches("sha256=");
    let malformed = ["", "sha256=", digits, &SIGNED[..70], &format!("{SIGNED}00"), &format!("sha1={digits}"), &SIGNED.replace('7', "g")];
    for header in malformed {
        assert!(verify(&[SECRET.into()], b"Hello, World!", Some(header)).is_none(), "{header}");
    }
    assert!(verify(&[SECRET.into()], b"Hello, World!", None).is_none());
}

#[test]
fn no_secret_and_an_empty_secret_verify_nothing() {
    // HMAC-SHA256 of nothing under the empty key.
    let header = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    assert!(verify(&[], b"", Some(header)).is_none());
    assert!(verify(&["".into()], b"", Some(header)).is_none());
}

proptest! {
    #[test]
    fn one_flipped_bit_of_body_or_signature_is_noticed(at in 0_usize..13, nibble in 7_usize..71, bit in 0_u8..8) {
        let mut body = b"Hello, World!".to_vec();
        body[at] ^= 1 << bit;
        prop_assert!(verify(&[SECRET.into()], &body, Some(SIGNED)).is_none());
        let mut header = SIGNED.as_bytes().to_vec();
        header[nibble] = if header[nibble] == b'0' { b'1' } else { b'0' };
        let header = String::from_utf8(header).unwrap();
        prop_assert!(verify(&[SECRET.into()], b"Hello, World!", Some(&header)).is_none());
    }
}
