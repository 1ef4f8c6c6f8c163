//! `journeyman simulator`: the GitHub on loopback alone, so that `serve` can be pointed at it in another process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};

use super::{keys, logging, serve};
use crate::config::Tools;
use crate::simulator::{self, AppRegistration, Ci, Seed, Simulator};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8421")]
    listen: SocketAddr,
    /// Repositories, people and issues to start with, in TOML
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    /// Where the App's webhooks are sent
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8420/webhook")]
    webhook: String,
    /// A directory that receives the App's private key and a configuration for `serve`
    #[arg(long, value_name = "DIR", default_value = "journeyman-simulator")]
    app: PathBuf,
}

const APP: u64 = 1;

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    logging::quiet()?;
    let (keys, secret) = (keys::generate()?, SecretString::from(uuid::Uuid::new_v4().to_string()));
    let app = AppRegistration {
        id: APP,
        slug: "journeyman".into(),
        public_key_pem: keys.public_pem.clone(),
        webhook_url: Some(arguments.webhook.clone()),
        webhook_secret: secret.clone(),
    };
    let tools = Tools::of_this_machine();
    let options = simulator::Options {
        listen: arguments.listen,
        ci: Ci::Workflows,
        ci_path: tools.path,
        ci_environment: tools.variables,
        ..simulator::Options::new(app)
    };
    let github = simulator::start(options).await.with_context(|| format!("failed to start the simulator on {}", arguments.listen))?;
    let configuration = write_app(&arguments, &github.api_base(), &keys, &secret)?;
    if let Some(seed) = &arguments.seed {
        plant(&github, seed).with_context(|| format!("failed to plant the seed {}", seed.display()))?;
    }
    println!("GitHub         {}", github.base_url());
    println!("REST API       {}", github.api_base());
    println!("webhooks to    {}", arguments.webhook);
    println!("then           journeyman serve --config {}", configuration.display());
    println!("Ctrl-C ends it.");
    serve::wait_for_signal().await?;
    github.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// A relative path in the seed starts at the seed's directory.
fn plant(github: &Simulator, file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let mut seed = Seed::read(&text)?;
    for repository in &mut seed.repositories {
        if let (Some(path), Some(directory)) = (&mut repository.path, file.parent()) {
            *path = directory.join(&path);
        }
    }
    github.plant(&seed)?;
    Ok(())
}

/// What an operator would download and write down when registering the App; the key is readable by its owner alone.
fn write_app(arguments: &Arguments, api: &str, keys: &keys::AppKeys, secret: &SecretString) -> anyhow::Result<PathBuf> {
    let directory = &arguments.app;
    std::fs::create_dir_all(directory).with_context(|| format!("failed to make {}", directory.display()))?;
    write_private(&directory.join("app.pem"), keys.private_pem.expose_secret())?;
    let listen = arguments.webhook.strip_prefix("http://").and_then(|rest| rest.split('/').next()).unwrap_or("127.0.0.1:8420");
    let text = format!(
        "[app]\nid = {APP}\nprivate_key_path = \"app.pem\"\n\n[webhook]\nsecrets = [\"{}\"]\n\n[github]\napi = \"{api}\"\n\n\
         [store]\npath = \"journeyman.db\"\n\n[cache]\ndir = \"mirrors\"\n\n[server]\nlisten = \"{listen}\"\n",
        secret.expose_secret()
    );
    let configuration = directory.join("journeyman.toml");
    write_private(&configuration, &text)?;
    Ok(configuration)
}

fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    open.and_then(|mut file| file.write_all(text.as_bytes())).with_context(|| format!("failed to write {}", path.display()))
}
