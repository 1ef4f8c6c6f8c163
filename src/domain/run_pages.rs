//! Where the page of a run is: an address that only those know who were given it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::{IssueNumber, RepoName};

/// So many bytes of the proof stand in an address: 128 bits.
const PROOF: usize = 16;

/// Makes the addresses of runs' pages, and knows them again.
///
/// An address ends in a proof, HMAC-SHA256 under a secret of ours over the repository and the issue. We publish it where only those look
/// who may read the repository, so the page needs no login.
#[derive(Debug, Clone)]
pub struct RunPages {
    public: String,
    secrets: Vec<SecretString>,
}

impl RunPages {
    /// `public` is how people reach this server, with or without a slash at the end. The first secret makes proofs, each of them is
    /// accepted: a secret can be replaced, and older addresses open pages for as long as it is still listed.
    pub fn new(public: &str, secrets: Vec<SecretString>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| !secret.expose_secret().is_empty()).collect();
        Self { public: public.trim_end_matches('/').to_owned(), secrets }
    }

    /// `None` where there is no secret to make it with.
    pub fn address(&self, repo: &RepoName, issue: IssueNumber) -> Option<String> {
        let proof = mac(self.secrets.first()?, repo, issue)?.finalize().into_bytes();
        let hex: String = proof.iter().take(PROOF).map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{}/runs/{repo}/{issue}/{hex}", self.public))
    }

    /// Whether somebody was given this run's address. Takes the same time for every proof of the right length.
    pub fn opens(&self, repo: &RepoName, issue: IssueNumber, proof: &str) -> bool {
        let Some(claimed) = unhex(proof) else { return false };
        let mut fits = false;
        for mac in self.secrets.iter().filter_map(|secret| mac(secret, repo, issue)) {
            fits |= mac.verify_truncated_left(&claimed).is_ok();
        }
        fits
    }
}

/// The words before the repository keep it apart from what else the secret signs: no webhook's body begins so.
fn mac(secret: &SecretString, repo: &RepoName, issue: IssueNumber) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(format!("the page of a run: {repo}#{issue}").as_bytes());
    Some(mac)
}

fn unhex(text: &str) -> Option<[u8; PROOF]> {
    let digits = text.as_bytes();
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let mut bytes = [0; PROOF];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    (digits.len() == 2 * PROOF).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(secrets: &[&str]) -> RunPages {
        RunPages::new("https://journeyman.example/", secrets.iter().map(|s| SecretString::from(*s)).collect())
    }

    fn proof(pages: &RunPages, repo: &RepoName, issue: u64) -> String {
        pages.address(repo, IssueNumber(issue)).unwrap().rsplit('/').next().unwrap().to_owned()
    }

    #[test]
    fn an_address_opens_its_own_run_and_no_other() {
        let (pages, repo) = (pages(&["one"]), "acme/greeter".parse().unwrap());
        let address = pages.address(&repo, IssueNumber(7)).unwrap();
        let own = address.strip_prefix("https://journeyman.example/runs/acme/greeter/7/").unwrap();
        assert_eq!(own.len(), 32);
        assert!(pages.opens(&repo, IssueNumber(7), own));
        assert!(!pages.opens(&repo, IssueNumber(8), own));
        assert!(!pages.opens(&"acme/other".parse().unwrap(), IssueNumber(7), own));
        for wrong in ["", &own[1..], &format!("{own}0"), &own.replace(|c: char| c.is_ascii_digit(), "z"), "g".repeat(32).as_str()] {
            assert!(!pages.opens(&repo, IssueNumber(7), wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_lasts_while_its_secret_is_listed() {
        let repo = "acme/greeter".parse().unwrap();
        let old = proof(&pages(&["old"]), &repo, 7);
        assert!(pages(&["new", "old"]).opens(&repo, IssueNumber(7), &old));
        assert!(!pages(&["new"]).opens(&repo, IssueNumber(7), &old));
    }

    #[test]
    fn nobody_signs_with_an_empty_secret() {
        let repo: RepoName = "acme/greeter".parse().unwrap();
        assert_eq!(pages(&[""]).address(&repo, IssueNumber(7)), None);
        assert_eq!(proof(&pages(&["", "one"]), &repo, 7), proof(&pages(&["one"]), &repo, 7));
    }
}
