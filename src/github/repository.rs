//! A handle on one repository, through one installation. What can be done with it is in a file for each resource.

use std::fmt::Display;

use base64::Engine as _;
use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::app::App;
use super::call::Call;
use super::client::{Answer, Caller};
use super::error::{Error, Trouble};
use super::token;
use crate::domain::{BranchName, InstallationId, RepoName};

/// No list of ours is longer than this many pages of a hundred.
const MOST_PAGES: usize = 1000;

/// Cheap to make and to clone.
#[derive(Clone)]
pub struct Repository {
    pub(super) app: App,
    installation: InstallationId,
    repo: RepoName,
}

/// The repository's own facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub default_branch: BranchName,
    pub clone_url: String,
    pub private: bool,
}

impl Repository {
    pub(super) fn new(app: App, installation: InstallationId, repo: RepoName) -> Self {
        Self { app, installation, repo }
    }

    pub fn name(&self) -> &RepoName {
        &self.repo
    }
    pub fn installation(&self) -> InstallationId {
        self.installation
    }

    /// The repository's facts as they are now.
    pub async fn about(&self) -> Result<About, Error> {
        #[derive(Deserialize)]
        struct Answer {
            default_branch: String,
            clone_url: String,
            #[serde(default)]
            private: bool,
        }
        let about: Answer = self.json(&self.get("/repos/{owner}/{repo}", &[])).await?;
        Ok(About { default_branch: BranchName::new(about.default_branch), clone_url: about.clone_url, private: about.private })
    }

    /// The value for git's `http.extraHeader`: `AUTHORIZATION: basic …`, good for at least five minutes.
    pub async fn git_authorization(&self) -> Result<SecretString, Error> {
        let token = self.token().await?;
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("x-access-token:{}", token.expose_secret()));
        Ok(SecretString::from(format!("AUTHORIZATION: basic {pair}")))
    }

    async fn token(&self) -> Result<SecretString, Error> {
        self.app.tokens().get(&self.app, self.installation, &self.repo).await
    }

    /// A call whose template begins with `/repos/{owner}/{repo}`; `values` are the parameters after these two.
    pub(super) fn call(&self, method: Method, template: &'static str, values: &[&(dyn Display + Sync)]) -> Call {
        let (owner, name) = (self.repo.owner(), self.repo.name());
        let mut all: Vec<&(dyn Display + Sync)> = vec![&owner, &name];
        all.extend_from_slice(values);
        Call::new(method, template, &all)
    }

    pub(super) fn get(&self, template: &'static str, values: &[&(dyn Display + Sync)]) -> Call {
        self.call(Method::GET, template, values)
    }

    /// Asks with the repository's token. A token that GitHub refuses is replaced once; what is forbidden is told with
    /// the page on which to grant it.
    pub(super) async fn request(&self, call: &Call) -> Result<Answer, Error> {
        let token = self.token().await?;
        let payer = Some(self.installation.0);
        let first = self.app.client().request(call, &Caller { secret: token.clone(), payer }).await;
        let answer = match first {
            Err(Error::Never { why }) if why.status == Some(401) => {
                self.app.tokens().forget(self.installation, &self.repo, &token).await;
                let secret = self.token().await?;
                self.app.client().request(call, &Caller { secret, payer }).await
            }
            other => other,
        };
        match answer {
            Err(Error::Forbidden { needs, page: None, why }) => {
                let page = self.app.installation(self.installation).await.ok().and_then(|i| i.html_url);
                Err(Error::Forbidden { needs, page, why })
            }
            other => other,
        }
    }

    /// Asks once with a token of these permissions alone, which no other request has.
    pub(super) async fn request_with(&self, call: &Call, permissions: &[(&str, &str)]) -> Result<(), Error> {
        let secret = token::single(&self.app, self.installation, &self.repo, permissions).await?;
        let payer = Some(self.installation.0);
        self.app.client().request(call, &Caller { secret, payer }).await.map(|_| ())
    }

    pub(super) async fn json<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        self.request(call).await?.json(call)
    }

    /// `None` instead of [`Error::NotFound`].
    pub(super) async fn found<T: DeserializeOwned>(&self, call: &Call) -> Result<Option<T>, Error> {
        match self.json(call).await {
            Ok(thing) => Ok(Some(thing)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All pages of a list, each read as `P`.
    pub(super) async fn pages<P: DeserializeOwned>(&self, call: Call) -> Result<Vec<P>, Error> {
        let mut call = call.query("per_page", 100);
        let mut pages = Vec::new();
        for _ in 0..MOST_PAGES {
            let answer = self.request(&call).await?;
            pages.push(answer.json(&call)?);
            match answer.next() {
                Some(address) => call = call.page(address),
                None => return Ok(pages),
            }
        }
        Err(Error::Never { why: Trouble::new(&call.method, call.template, format!("the list has more than {MOST_PAGES} pages")) })
    }

    /// The answer's body is of no interest.
    pub(super) async fn done(&self, call: &Call) -> Result<(), Error> {
        self.request(call).await.map(|_| ())
    }

    pub(super) fn post(&self, template: &'static str, values: &[&(dyn Display + Sync)], body: Value) -> Call {
        self.call(Method::POST, template, values).json(body)
    }
    pub(super) fn patch(&self, template: &'static str, values: &[&(dyn Display + Sync)], body: Value) -> Call {
        self.call(Method::PATCH, template, values).json(body)
    }
}
