use super::*;
use crate::config::{Engine, Kind};
use crate::domain::Allowance;

#[test]
fn a_model_and_a_key_in_the_environment_are_enough() {
    let place = Place::new();
    let config = place.load(GOOD, &[("JOURNEYMAN_MODEL", "anthropic:claude-x"), ("ANTHROPIC_API_KEY", "sk-ant-1")]).unwrap();
    assert_eq!(config.means.model.as_deref(), Some("anthropic:claude-x"));
    assert_eq!(config.means.providers["anthropic"].key.as_ref().map(|key| key.expose_secret()), Some("sk-ant-1"));
    assert!(config.means.providers["openai"].key.is_none());
    assert!(!format!("{config:?}").contains("sk-ant-1"));
}

#[test]
fn budgets_prices_and_the_fence_are_read() {
    let place = Place::new();
    place.write("prices.toml", "[\"anthropic:claude-x\"]\ninput = 3\noutput = 15.5\n");
    place.write("key", "sk-file\n");
    let text = format!(
        "{GOOD}[model]\nname = \"openai:gpt-x\"\nallowed = [\"openai:gpt-y\"]\nprices_path = \"prices.toml\"\nreview = \"off\"\n[providers]\n\
         openai_key_path = \"key\"\nopenai_base = \"http://127.0.0.1:9/v1/\"\n[budget]\nstep = \"12 turns, $0.5\"\nrun = \"unlimited\"\n[implementer]\n\
         kind = \"acp\"\nagent = \"node agent.js --acp\"\n[sandbox]\nunfenced = \"this machine is disposable\"\nhosts = [\"a.example\", \"*.b.example\"]\n\
         container = \"podman\"\nimages = \"rust:1.90, ghcr.io/acme/*\"\n"
    );
    let means = place.load(&text, &[]).unwrap().means;
    assert_eq!((means.prices["anthropic:claude-x"].output, means.review, means.implementer), (15.5, false, Kind::Acp));
    assert_eq!(means.providers["openai"].key.as_ref().map(|key| key.expose_secret()), Some("sk-file"));
    assert_eq!(means.budget.step, Allowance { turns: Some(12), micro_dollars: Some(500_000), ..Allowance::default() });
    assert_eq!(means.budget.run, Allowance::default());
    assert_eq!(means.agent, ["node", "agent.js", "--acp"]);
    assert!(means.sandbox.disposable_machine);
    assert_eq!(means.sandbox.hosts.unwrap().len(), 2);
    assert_eq!((means.sandbox.container, means.sandbox.images.len()), (Some(Engine::Podman), 2));
    assert_eq!(place.load(GOOD, &[]).unwrap().means.sandbox.container, None);
}

#[test]
fn what_is_wrong_with_means_is_named() {
    let place = Place::new();
    for (text, words) in [
        ("[sandbox]\nunfenced = \"yes\"\n", "sandbox.unfenced: expected \"this machine is disposable\" or nothing, found \"yes\""),
        ("[sandbox]\ncontainer = \"lxc\"\n", "sandbox.container: expected off or docker or podman"),
        ("[budget]\nstep = \"lots\"\n", "budget.step: expected an allowance such as"),
        ("[budget]\nrun = \"$-1\"\n", "budget.run: expected an allowance"),
        ("[implementer]\nkind = \"human\"\n", "implementer.kind: expected model or acp"),
        ("[providers]\nopenai_base = \"api.openai.com\"\n", "providers.openai_base: expected an address that begins with"),
        ("[model]\nprices_path = \"none.toml\"\n", "model.prices_path: failed to read none.toml"),
    ] {
        let error = place.load(&format!("{GOOD}{text}"), &[]).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}
