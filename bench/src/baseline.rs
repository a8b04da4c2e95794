use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::Program;
use crate::flow::BODY;
use crate::http::request;
use crate::load::{self, Load, Question};
use crate::machine::free_port;
use crate::server::Server;

/// The echo under the same load as the flow.
pub(crate) async fn echo(program: &Program) -> Result<Load> {
    let port = free_port()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["echo", &port.to_string()]);
    let server = Server::start(command, port, "POST /echo").await?;
    let request = request("POST /echo", None, BODY);
    let question = Question { address: server.address, request, answer: Some(BODY.into()) };
    load::run(&question, 64, Duration::from_secs(program.seconds.div_ceil(2))).await
}
