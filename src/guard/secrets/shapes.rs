//! The shapes of credentials: tokens whose issuers gave them a form of their own, so that they can be recognised.
//!
//! Where only a part of a match is the secret, that part is the group `s`. The tokens' lengths are part of their shape.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexSet};

pub struct Shape {
    /// With its article: `a GitHub token`.
    pub name: &'static str,
    pattern: &'static str,
    /// Whether such a text is a credential almost surely; the others are worth a look.
    pub certain: bool,
}

const fn sure(name: &'static str, pattern: &'static str) -> Shape {
    Shape { name, pattern, certain: true }
}
const fn likely(name: &'static str, pattern: &'static str) -> Shape {
    Shape { name, pattern, certain: false }
}

pub const SHAPES: &[Shape] = &[
    sure("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"),
    sure("a GitLab token", r"\bgl(?:pat|dt|rt|ptt|cbt|ft|soat|imt|agent|oas)-[A-Za-z0-9_-]{20,}"),
    sure("an Atlassian token", r"\bAT(?:ATT|CTT)3[A-Za-z0-9_=-]{60,}"),
    sure("a Bitbucket app password", r"\bATBB[A-Za-z0-9]{32}\b"),
    sure("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    sure(
        "an AWS secret key",
        r#"(?i:aws_?secret_?(?:access_?)?key)["']?[ \t]{0,4}(?:=|:|=>)[ \t]{0,4}["']?(?P<s>[A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
    ),
    sure("an Azure storage key", r"\bAccountKey=(?P<s>[A-Za-z0-9+/]{86}==)"),
    sure("a Microsoft Entra client secret", r"\b[A-Za-z0-9_~.]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}\b"),
    sure("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    sure("a Google OAuth client secret", r"\bGOCSPX-[A-Za-z0-9_-]{28}"),
    sure("a Google OAuth access token", r"\bya29\.[A-Za-z0-9_-]{60,}"),
    sure("a Slack token", r"\bxox[baprs]-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9-]{24,}"),
    sure("a Slack app token", r"\bxapp-[0-9]-[A-Z0-9]{9,12}-[0-9]{11,14}-[a-f0-9]{60,}"),
    sure("a Slack webhook address", r"hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{8,}/[A-Z0-9]{8,}/(?P<s>[A-Za-z0-9]{20,})"),
    sure("a Discord bot token", r"\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b"),
    sure("a Discord webhook address", r"discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/(?P<s>[A-Za-z0-9_-]{60,})"),
    sure("a Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    sure("a Stripe live key", r"\b[rs]k_live_[A-Za-z0-9]{24,}\b"),
    sure("a Stripe webhook secret", r"\bwhsec_[A-Za-z0-9+/]{32,}={0,2}"),
    sure("a Square token", r"\b(?:sq0atp-[A-Za-z0-9_-]{22}|sq0csp-[A-Za-z0-9_-]{43})\b"),
    sure("a Braintree token", r"\baccess_token\$production\$[a-z0-9]{16}\$[a-f0-9]{32}\b"),
    sure("a Shopify token", r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b"),
    sure("an Anthropic or OpenAI key", r"\bsk-(?:ant-(?:api|admin|oat)[0-9]{2}-|proj-|svcacct-|admin-)[A-Za-z0-9_-]{80,}"),
    sure("an OpenAI key", r"\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b"),
    sure("an OpenRouter key", r"\bsk-or-v1-[a-f0-9]{64}\b"),
    sure("a Hugging Face token", r"\bhf_[A-Za-z]{34}\b"),
    sure("a Groq key", r"\bgsk_[A-Za-z0-9]{52}\b"),
    sure("a Replicate token", r"\br8_[A-Za-z0-9]{37}\b"),
    sure("an xAI key", r"\bxai-[A-Za-z0-9]{80}\b"),
    sure("a Perplexity key", r"\bpplx-[A-Za-z0-9]{48}\b"),
    sure("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    sure("a PyPI token", r"\bpypi-AgE[A-Za-z0-9_-]{60,}"),
    sure("a RubyGems key", r"\brubygems_[a-f0-9]{48}\b"),
    sure("a NuGet key", r"\boy2[a-z0-9]{43}\b"),
    sure("a Docker Hub token", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}"),
    sure("a DigitalOcean token", r"\bdo[opr]_v1_[a-f0-9]{64}\b"),
    sure("a Heroku key", r"\bHRKU-AA[A-Za-z0-9_-]{58}"),
    sure("a Databricks token", r"\bdapi[a-f0-9]{32}(?:-[0-9])?\b"),
    sure("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    sure("a Mailgun key", r"\bkey-[a-f0-9]{32}\b"),
    sure("a Mailchimp key", r"\b[a-f0-9]{32}-us[0-9]{1,2}\b"),
    sure("a Brevo key", r"\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b"),
    sure("a Twilio key", r"\bSK[a-f0-9]{32}\b"),
    sure("a HashiCorp Vault token", r"\bhv[sb]\.[A-Za-z0-9_-]{24,}"),
    sure("a Terraform Cloud token", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}"),
    sure("a Linear key", r"\blin_(?:api|oauth)_[A-Za-z0-9]{40,}\b"),
    sure("a Notion token", r"\bntn_[A-Za-z0-9]{46}\b"),
    sure("a Postman key", r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b"),
    sure("a New Relic key", r"\bNRAK-[A-Z0-9]{27}\b"),
    sure("a Grafana token", r"\bgl(?:sa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|c_eyJ[A-Za-z0-9+/]{40,}={0,2})"),
    sure("a Doppler token", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}\b"),
    sure("a Dynatrace token", r"\bdt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}\b"),
    sure("a Sentry token", r"\bsntry(?:s_eyJ[A-Za-z0-9+/=_-]{80,}|u_[a-f0-9]{64})"),
    sure("a Supabase key", r"\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{31,})\b"),
    sure("a PlanetScale token", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}"),
    sure("a Fly.io token", r"\bfo1_[A-Za-z0-9_-]{43}\b"),
    sure("a Netlify token", r"\bnfp_[A-Za-z0-9]{36}\b"),
    sure("an Airtable token", r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b"),
    sure("a SonarQube token", r"\bsq[apu]_[a-f0-9]{40}\b"),
    sure("an Artifactory key", r"\bAKCp[A-Za-z0-9]{69}\b"),
    sure("an age secret key", r"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b"),
    likely("a JSON web token", r"\beyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{20,}"),
    likely(
        "an address with a password in it",
        r"\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|rediss|amqps?|https?|ftp|smtps?)://[A-Za-z0-9._-]{1,64}:(?P<s>[A-Za-z0-9._~!*+=^-]{8,64})@[a-z0-9-]{1,63}\.[a-z0-9.-]{2,200}",
    ),
];

/// All shapes at once, and each by itself.
pub static ANY: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|shape| plain(shape.pattern))).unwrap_or_default());
pub static EACH: LazyLock<Vec<(&Shape, Regex)>> =
    LazyLock::new(|| SHAPES.iter().filter_map(|shape| Regex::new(&plain(shape.pattern)).ok().map(|regex| (shape, regex))).collect());

fn plain(pattern: &str) -> String {
    format!("(?-u){pattern}")
}

/// The credentials of one shape in a text, as ranges of bytes.
pub fn find<'a>(regex: &'a Regex, text: &'a [u8]) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
    let found = regex.captures_iter(text).filter_map(|captures| captures.name("s").or_else(|| captures.get(0)));
    found.filter(|found| !is_example(found.as_bytes())).map(|found| found.range())
}

/// Documentation's own examples: `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx…`, `ghp_1234567890…`.
fn is_example(token: &[u8]) -> bool {
    let body = token.get(4..).unwrap_or(token);
    let distinct: HashSet<u8> = body.iter().map(u8::to_ascii_lowercase).collect();
    let low = token.to_ascii_lowercase();
    let says: [&[u8]; 11] = [
        b"example",
        b"1234567890",
        b"0123456789",
        b"abcdefghij",
        b"123456789a",
        b"xxxxx",
        b"placeholder",
        b"redacted",
        b"password",
        b"changeme",
        b"dummy",
    ];
    distinct.len() < 8.min(body.len() / 2) || says.iter().any(|word| low.windows(word.len()).any(|part| part == *word))
}
