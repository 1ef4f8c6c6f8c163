//! Acting as the App itself, and handing out handles on repositories.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::call::Call;
use super::client::{Answer, Caller, Client, Clock};
use super::counts::Calls;
use super::error::{Error, Trouble};
use super::pacing::Pacing;
use super::repository::Repository;
use super::token::Tokens;
use super::trees::Trees;
use crate::domain::{InstallationId, Login, RepoName, Timestamp};

/// How to reach GitHub, and as which App.
pub struct AppConfig {
    /// `https://api.github.com`, or `https://HOST/api/v3` on GitHub Enterprise Server.
    pub api_base: String,
    pub app_id: u64,
    /// PEM, PKCS#1 or PKCS#8; newlines may be written as `\n`, as they often are in an environment variable.
    pub private_key_pem: SecretString,
    pub pacing: Pacing,
}

/// The App on one GitHub. Cheap to clone; clones share connections, tokens and pace.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    app_id: u64,
    key: EncodingKey,
    clock: Clock,
    tokens: Tokens,
    trees: Trees,
    jwt: Mutex<Option<(SecretString, Timestamp)>>,
}

/// Who we are, from `GET /app`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub app_id: u64,
    pub slug: String,
    /// `slug[bot]`, the login under which the App comments and commits.
    pub bot_login: Login,
    pub html_url: Option<String>,
}

/// An installation, as far as permissions go.
#[derive(Deserialize)]
pub(super) struct Installation {
    id: u64,
    pub html_url: Option<String>,
    #[serde(default)]
    pub permissions: HashMap<String, String>,
}

#[derive(Serialize)]
struct Claims {
    iat: i64,
    exp: i64,
    iss: String,
}

impl App {
    /// Needs a running tokio runtime. Reaches nothing yet.
    ///
    /// `clock` gives milliseconds since 1970. Fails with [`Error::Never`] on a key or an address that is none.
    pub fn new(config: AppConfig, clock: Clock) -> Result<App, Error> {
        let pem = config.private_key_pem.expose_secret().replace("\\n", "\n");
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|e| never(format!("the private key is not an RSA key in PEM: {e}")))?;
        let client = Client::new(&config.api_base, config.pacing, clock.clone())?;
        let (tokens, trees, jwt) = (Tokens::default(), Trees::default(), Mutex::new(None));
        Ok(App { inner: Arc::new(Inner { client, app_id: config.app_id, key, clock, tokens, trees, jwt }) })
    }

    /// Where people see GitHub, without a slash at the end.
    pub fn web_address(&self) -> String {
        self.inner.client.web_address()
    }

    /// A handle on one repository. It asks nothing; the token is minted with the first request.
    pub fn repository(&self, installation: InstallationId, repo: &RepoName) -> Repository {
        Repository::new(self.clone(), installation, repo.clone())
    }

    pub fn app_id(&self) -> u64 {
        self.inner.app_id
    }

    /// Requests sent so far, repetitions included.
    pub fn calls(&self) -> Calls {
        self.inner.client.calls()
    }

    /// Who we are. Fails with [`Error::Never`] when the key is not this App's.
    pub async fn identity(&self) -> Result<Identity, Error> {
        #[derive(Deserialize)]
        struct About {
            id: u64,
            slug: String,
            html_url: Option<String>,
        }
        let call = Call::new(Method::GET, "/app", &[]);
        let about: About = self.request(&call).await?.json(&call)?;
        let bot_login = Login::new(format!("{}[bot]", about.slug));
        Ok(Identity { app_id: about.id, slug: about.slug, bot_login, html_url: about.html_url })
    }

    /// The installation that has this repository; [`Error::NotFound`] when the App is not installed there.
    pub async fn installation_of(&self, repo: &RepoName) -> Result<InstallationId, Error> {
        let call = Call::new(Method::GET, "/repos/{owner}/{repo}/installation", &[&repo.owner(), &repo.name()]);
        let installation: Installation = self.request(&call).await?.json(&call)?;
        Ok(InstallationId(installation.id))
    }

    pub(super) async fn installation(&self, id: InstallationId) -> Result<Installation, Error> {
        let call = Call::new(Method::GET, "/app/installations/{installation_id}", &[&id]);
        self.request(&call).await?.json(&call)
    }

    /// Asks as the App, with a JWT.
    pub(super) async fn request(&self, call: &Call) -> Result<Answer, Error> {
        let caller = Caller { secret: self.jwt()?, payer: None };
        self.inner.client.request(call, &caller).await
    }

    pub(super) fn client(&self) -> &Client {
        &self.inner.client
    }
    pub(super) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }
    pub(super) fn trees(&self) -> &Trees {
        &self.inner.trees
    }
    pub(super) fn now(&self) -> Timestamp {
        Timestamp((self.inner.clock)())
    }

    /// RS256, issued 60 s back for clocks that differ, ending in nine minutes (GitHub allows ten), reused for five.
    fn jwt(&self) -> Result<SecretString, Error> {
        let mut held = self.inner.jwt.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        if let Some((jwt, made)) = held.as_ref()
            && (0..300_000).contains(&now.since(*made))
        {
            return Ok(jwt.clone());
        }
        let seconds = now.0 / 1000;
        let claims = Claims { iat: seconds - 60, exp: seconds + 9 * 60, iss: self.inner.app_id.to_string() };
        let jwt = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.inner.key)
            .map_err(|e| never(format!("the private key signs nothing: {e}")))?;
        let jwt = SecretString::from(jwt);
        *held = Some((jwt.clone(), now));
        Ok(jwt)
    }
}

fn never(message: String) -> Error {
    Error::Never { why: Trouble::new(&Method::GET, "/app", message) }
}
