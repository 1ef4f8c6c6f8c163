//! One connection of the proxy: its first request decides where it leads, and then bytes are copied.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Refused, Rules};

const LONGEST_HEAD: usize = 32 * 1024;
const CONNECTIONS: usize = 256;
const PATIENCE: Duration = Duration::from_secs(15);

/// Serves until it is dropped.
pub async fn serve(listener: UnixListener, rules: Arc<Rules>, refused: Refused) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((client, _)) => {
                let (rules, refused) = (rules.clone(), refused.clone());
                connections.spawn(async move {
                    let _ = connection(client, &rules, &refused).await;
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Where a first request leads, and what is sent there on behalf of the client.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    host: String,
    port: u16,
    /// Nothing for a tunnel.
    head: Option<String>,
}

async fn connection(mut client: UnixStream, rules: &Rules, refused: &Refused) -> io::Result<()> {
    let Ok((head, rest)) = timeout(PATIENCE, head(&mut client)).await? else { return answer(&mut client, 400, "no request").await };
    let Some(request) = parse(&head) else { return answer(&mut client, 400, "not a request to a proxy").await };
    if let Some(why) = rules.refuse(&request.host, request.port) {
        refused.remember(&request.host);
        return answer(&mut client, 403, why).await;
    }
    let addresses = match timeout(PATIENCE, tokio::net::lookup_host((request.host.as_str(), request.port))).await? {
        Ok(addresses) => addresses.collect::<Vec<_>>(),
        Err(_) => return answer(&mut client, 502, "this host's name leads nowhere").await,
    };
    let allowed: Vec<_> = addresses.into_iter().filter(|address| rules.may_connect(address.ip())).collect();
    if allowed.is_empty() {
        refused.remember(&request.host);
        return answer(&mut client, 403, "this host's name leads into a private network").await;
    }
    let Ok(Ok(mut server)) = timeout(PATIENCE, TcpStream::connect(&allowed[..])).await else {
        return answer(&mut client, 502, "this host does not answer").await;
    };
    match request.head {
        Some(head) => server.write_all(head.as_bytes()).await?,
        None => client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await?,
    }
    server.write_all(&rest).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn answer(client: &mut UnixStream, status: u16, why: &str) -> io::Result<()> {
    let text = format!("{why}\n");
    let head =
        format!("HTTP/1.1 {status} {why}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
    client.write_all((head + &text).as_bytes()).await
}

/// The first request up to its empty line, and what has come after it.
async fn head(client: &mut UnixStream) -> io::Result<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = read.split_off(end + 4);
            read.truncate(end);
            let head = String::from_utf8(read).map_err(|_| io::ErrorKind::InvalidData)?;
            return Ok((head, rest));
        }
        if read.len() > LONGEST_HEAD || client.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

/// RFC 9112, section 3.2: the authority form of CONNECT, or the absolute form.
fn parse(head: &str) -> Option<Request> {
    let (line, fields) = head.split_once("\r\n").unwrap_or((head, ""));
    let mut words = line.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !version.starts_with("HTTP/1.") {
        return None;
    }
    if method == "CONNECT" {
        let (host, port) = target.rsplit_once(':')?;
        return Some(Request { host: host.into(), port: port.parse().ok()?, head: None });
    }
    let rest = target.strip_prefix("http://")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    if authority.contains('@') {
        return None;
    }
    let (host, port) = authority.rsplit_once(':').map_or(Some((authority, 80)), |(host, port)| Some((host, port.parse().ok()?)))?;
    // One request a connection, to the host that was looked at.
    let mut sent = format!("{method} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
    for field in fields.split("\r\n").filter(|field| !field.is_empty()) {
        let name = field.split(':').next().unwrap_or_default().trim().to_ascii_lowercase();
        if !["host", "connection", "keep-alive", "upgrade"].contains(&name.as_str()) && !name.starts_with("proxy-") {
            sent.push_str(field);
            sent.push_str("\r\n");
        }
    }
    sent.push_str("\r\n");
    Some(Request { host: host.into(), port, head: Some(sent) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_leads_where_it_says() {
        let request = parse("CONNECT a.example:443 HTTP/1.1\r\nHost: b.example:443");
        assert_eq!(request, Some(Request { host: "a.example".into(), port: 443, head: None }));
    }

    #[test]
    fn a_plain_request_is_sent_to_the_host_that_was_looked_at() {
        let request = parse("GET http://a.example/x?y HTTP/1.1\r\nHost: other\r\nProxy-Authorization: z\r\nAccept: */*").unwrap();
        assert_eq!((request.host.as_str(), request.port), ("a.example", 80));
        let sent = "GET /x?y HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\nAccept: */*\r\n\r\n";
        assert_eq!(request.head.as_deref(), Some(sent));
    }

    #[test]
    fn whatever_else_is_no_request_to_a_proxy() {
        for head in [
            "",
            "GET / HTTP/1.1",
            "GET https://a/ HTTP/1.1",
            "GET http://u:p@a/ HTTP/1.1",
            "CONNECT a HTTP/1.1",
            "CONNECT a:99999 HTTP/1.1",
            "X",
        ] {
            assert_eq!(parse(head), None, "{head}");
        }
    }
}
