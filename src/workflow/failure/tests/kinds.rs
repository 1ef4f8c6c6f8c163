//! What looks like the service's failure, and what does not.

use super::fixture;
use crate::workflow::failure::{Kind, kind};

fn service(kind: &Kind) -> bool {
    matches!(kind, Kind::Service(_))
}

#[test]
fn what_was_cancelled_timed_out_or_never_started_is_the_services() {
    for conclusion in ["cancelled", "stale", "timed_out", "startup_failure"] {
        assert!(service(&kind(conclusion, &[], None)), "{conclusion}");
    }
    assert_eq!(kind("failure", &[], None), Kind::Code);
}

#[test]
fn a_lost_runner_is_the_services_by_its_annotation_or_its_log() {
    let lost = "The self-hosted runner: pi-3 lost communication with the server. Verify the machine is running.".to_owned();
    assert_eq!(kind("failure", &[lost], None), Kind::Service("the runner was lost".to_owned()));
    for name in ["runner-lost", "checkout-network", "docker-rate-limit"] {
        assert!(service(&kind("failure", &[], Some(&fixture(name)))), "{name}");
    }
}

#[test]
fn a_test_that_speaks_of_the_network_is_the_codes() {
    assert_eq!(kind("failure", &[], Some(&fixture("test-of-a-reset-connection"))), Kind::Code);
    let says = "retries: the server said 'the runner lost communication with the server'".to_owned();
    assert_eq!(kind("failure", &[says], None), Kind::Code);
}

#[test]
fn a_broken_network_is_the_services_where_things_are_fetched_and_the_codes_where_they_are_run() {
    let step = |command: &str| {
        format!(
            "##[group]Run {command}\n{command}\nshell: bash\n##[endgroup]\nnpm error code ECONNRESET\n##[error]Process completed with exit code 1.\n"
        )
    };
    assert!(service(&kind("failure", &[], Some(&step("npm ci")))));
    assert_eq!(kind("failure", &[], Some(&step("npm ci && npm test"))), Kind::Code);
    assert_eq!(kind("failure", &[], Some(&step("./scripts/serve.sh"))), Kind::Code);
}
