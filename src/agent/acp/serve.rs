//! What an agent asks of its client, request by request: permissions, files, terminals.

use std::sync::Arc;

use agent_client_protocol::v1::Builder;
use agent_client_protocol::v1::ConnectionTo;
use agent_client_protocol::v1::schema::{
    CreateTerminalRequest, CreateTerminalResponse, Error as WireError, KillTerminalRequest, KillTerminalResponse, ReadTextFileRequest,
    ReadTextFileResponse, ReleaseTerminalRequest, ReleaseTerminalResponse, RequestPermissionOutcome, RequestPermissionRequest,
    RequestPermissionResponse, SelectedPermissionOutcome, SessionNotification, TerminalOutputRequest, WaitForTerminalExitRequest,
    WaitForTerminalExitResponse, WriteTextFileRequest, WriteTextFileResponse,
};
use agent_client_protocol::{Agent, Client, Error, HandleDispatchFrom, NullRun};
use tokio::sync::mpsc;

use super::files::{Files, Refusal};
use super::permit;
use super::session::{Heard, hear, updated};
use super::terminals::Terminals;

/// What requests are served from.
#[derive(Debug)]
pub struct Host {
    pub files: Files,
    pub terminals: Terminals,
}

fn no(what: String) -> Error {
    Error::new(agent_client_protocol::ErrorCode::INVALID_PARAMS, what)
}

fn refused(what: Refusal, path: &std::path::Path) -> Error {
    match what {
        Refusal::Missing => WireError::resource_not_found(Some(path.display().to_string())).into(),
        Refusal::Not(what) => no(what),
    }
}

/// A client with its answers to every request.
pub fn serving(host: Arc<Host>, heard: mpsc::Sender<Heard>) -> Builder<Client, impl HandleDispatchFrom<Agent>, NullRun> {
    let (told, asked, reads, writes) = (heard.clone(), heard.clone(), heard.clone(), heard);
    let (permits, reader, writer) = (host.clone(), host.clone(), host.clone());
    let (creates, outputs, waits, kills, releases) = (host.clone(), host.clone(), host.clone(), host.clone(), host);
    Client
        .v1()
        .name("journeyman")
        .on_receive_notification(
            async move |notification: SessionNotification, _agent: ConnectionTo<Agent>| {
                updated(&told, notification).await;
                Ok(())
            },
            agent_client_protocol::on_receive_notification!(),
        )
        .on_receive_request(
            async move |request: RequestPermissionRequest, responder, _agent: ConnectionTo<Agent>| {
                let decision = permit::decide(&request, permits.files.ground());
                if let Some(why) = decision.refused {
                    let what = request.tool_call.fields.title.as_deref().unwrap_or("a call");
                    hear(&asked, Heard::Refused(format!("{what}: {why}"))).await;
                }
                let outcome = decision.option.map_or(RequestPermissionOutcome::Cancelled, |option| {
                    RequestPermissionOutcome::Selected(SelectedPermissionOutcome::new(option))
                });
                responder.respond(RequestPermissionResponse::new(outcome))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: ReadTextFileRequest, responder, _agent: ConnectionTo<Agent>| {
                let read = reader.files.read(&request.path, request.line, request.limit);
                if let Err(Refusal::Not(why)) = &read {
                    hear(&reads, Heard::Refused(format!("reading {}: {why}", request.path.display()))).await;
                }
                responder.respond_with_result(read.map(ReadTextFileResponse::new).map_err(|what| refused(what, &request.path)))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: WriteTextFileRequest, responder, _agent: ConnectionTo<Agent>| {
                let written = writer.files.write(&request.path, &request.content);
                if let Err(Refusal::Not(why)) = &written {
                    hear(&writes, Heard::Refused(format!("writing {}: {why}", request.path.display()))).await;
                }
                let written = written.map(|()| WriteTextFileResponse::new());
                responder.respond_with_result(written.map_err(|what| refused(what, &request.path)))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: CreateTerminalRequest, responder, _agent: ConnectionTo<Agent>| {
                let made = creates.terminals.create(&request, creates.files.ground()).await;
                responder.respond_with_result(made.map(CreateTerminalResponse::new).map_err(no))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: TerminalOutputRequest, responder, _agent: ConnectionTo<Agent>| {
                responder.respond_with_result(outputs.terminals.output(&request.terminal_id.0).map_err(no))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: WaitForTerminalExitRequest, responder, agent: ConnectionTo<Agent>| {
                // Waiting must not hold up the other requests, the one that kills it least of all.
                let host = waits.clone();
                agent.spawn(async move {
                    let ended = host.terminals.wait(&request.terminal_id.0).await;
                    responder.respond_with_result(ended.map(WaitForTerminalExitResponse::new).map_err(no))
                })
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: KillTerminalRequest, responder, _agent: ConnectionTo<Agent>| {
                let killed = kills.terminals.kill(&request.terminal_id.0);
                responder.respond_with_result(killed.map(|()| KillTerminalResponse::new()).map_err(no))
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: ReleaseTerminalRequest, responder, _agent: ConnectionTo<Agent>| {
                let released = releases.terminals.release(&request.terminal_id.0);
                responder.respond_with_result(released.map(|()| ReleaseTerminalResponse::new()).map_err(no))
            },
            agent_client_protocol::on_receive_request!(),
        )
}
