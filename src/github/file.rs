//! One file of the repository at one commit.

use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value;

use super::error::{Error, Trouble};
use super::repository::Repository;
use crate::domain::Sha;

#[derive(Deserialize)]
struct Blob {
    sha: Option<Sha>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    encoding: String,
}

impl Repository {
    /// The file's bytes at a branch, tag or commit; `None` when there is none, or it is a directory or a submodule.
    /// GitHub follows a symbolic link that stays within the repository. Up to 100 MB.
    pub async fn file(&self, path: &str, at: &str) -> Result<Option<Vec<u8>>, Error> {
        let call = self.get("/repos/{owner}/{repo}/contents/{path}", &[&path]).query("ref", at);
        let Some(answer) = self.found::<Value>(&call).await? else { return Ok(None) };
        if answer.get("type").and_then(Value::as_str) != Some("file") {
            return Ok(None);
        }
        let unreadable = |what: &str| Error::Never { why: Trouble::new(&call.method, call.template, what) };
        let mut blob: Blob = serde_json::from_value(answer).map_err(|e| unreadable(&e.to_string()))?;
        if blob.encoding != "base64" {
            // Over 1 MB there is no content here.
            let sha = blob.sha.as_ref().ok_or_else(|| unreadable("a file without content and without id"))?;
            blob = self.json(&self.get("/repos/{owner}/{repo}/git/blobs/{file_sha}", &[sha])).await?;
        }
        let packed: String = blob.content.split_ascii_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(packed);
        bytes.map(Some).map_err(|_| unreadable("the file's content is not base64"))
    }
}
