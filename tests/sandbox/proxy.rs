//! The way out through the proxy, as a command inside uses it, and everything beside it.

use std::time::Duration;

use journeyman::sandbox::proxy::{Proxy, Rules};
use journeyman::sandbox::{Network, Options};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::harness::{Site, helper, with_containers};

/// A registry on loopback that answers every request alike.
async fn registry() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::task::spawn_local(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\npackage\n").await;
        }
    });
    port
}

/// With bash, which speaks TCP by itself: a machine may have no other program that does.
fn ask(request: &str) -> String {
    format!(r#"bash -c 'exec 3<>/dev/tcp/127.0.0.1/3128; printf "{request}" >&3; cat <&3'"#)
}

#[tokio::test(flavor = "local")]
async fn a_command_reaches_the_hosts_that_were_named_and_no_other() {
    let port = registry().await;
    for (name, sandbox) in with_containers(|| Options::new(helper())).await {
        if name == "floor" {
            continue;
        }
        let mut site = Site::new();
        let mut rules = Rules::new(["localhost"]);
        let strict = Proxy::serve(&site.path("strict.sock"), rules.clone()).unwrap();
        rules.ports.push(port);
        rules.private_addresses = true;
        let open = Proxy::serve(&site.path("open.sock"), rules).unwrap();
        let plain = ask(&format!("GET http://localhost:{port}/x HTTP/1.1\\r\\n\\r\\n"));
        let tunnel = ask(&format!("CONNECT localhost:{port} HTTP/1.1\\r\\n\\r\\nGET /x HTTP/1.1\\r\\n\\r\\n"));
        let other = ask("CONNECT other.example:443 HTTP/1.1\\r\\n\\r\\n");
        let address = ask(&format!("CONNECT 127.0.0.1:{port} HTTP/1.1\\r\\n\\r\\n"));

        let (forward, variables) = open.forward();
        site.network = Network::Forwards(vec![forward]);
        site.variables = variables;
        for line in [&plain, &tunnel] {
            let outcome = site.run(&sandbox, line).await;
            assert!(outcome.output.contains("200 OK") && outcome.output.contains("package\n"), "{line}: {outcome:?}");
        }
        for line in [&other, &address] {
            let outcome = site.run(&sandbox, line).await;
            assert!(outcome.output.starts_with("HTTP/1.1 403 "), "{line}: {outcome:?}");
        }
        assert_eq!(open.refused(), ["127.0.0.1", "other.example"]);
        let beside = site.run(&sandbox, &format!("bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'")).await;
        assert!(!beside.succeeded(), "around the proxy: {beside:?}");
        let told = site.run(&sandbox, "echo $HTTPS_PROXY").await;
        assert_eq!(told.output, "http://127.0.0.1:3128\n");

        let (forward, _) = strict.forward();
        site.network = Network::Forwards(vec![forward]);
        let outcome = site.run(&sandbox, &ask("CONNECT localhost:443 HTTP/1.1\\r\\n\\r\\n")).await;
        assert!(outcome.output.contains("private network"), "a name that leads to this machine: {outcome:?}");
        let outcome = site.run(&sandbox, &plain).await;
        assert!(outcome.output.contains("this port"), "{outcome:?}");
    }
}

#[tokio::test]
async fn servers_and_clients_of_one_command_meet_in_its_namespaces() {
    for (name, sandbox) in with_containers(|| Options::new(helper())).await {
        let mut site = Site::new();
        site.limits.wall = Duration::from_secs(20);
        let script = "import socket; s = socket.create_server((\"127.0.0.1\", 8080)); c = socket.create_connection((\"127.0.0.1\", 8080)); print(\"met\")";
        let outcome = site.run(&sandbox, &format!("command -v python3 >/dev/null || echo met; python3 -c '{script}'")).await;
        assert_eq!(outcome.output.contains("met\n") && name == "namespaces", name == "namespaces", "{name}: {outcome:?}");
    }
}
