//! Questions to a model, each with a number of its own, so that none was asked before.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tokio::time::Instant;

use crate::http::{Connection, request};
use crate::load::Load;

/// In the place of a question's number.
const NUMBER: &str = "000000000000";

/// What is asked of whom.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    address: SocketAddr,
    request: Vec<u8>,
    number_at: usize,
    is_streamed: bool,
    is_repeated: bool,
}

/// What a load of questions found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Until all of each answer had come.
    pub(super) whole: Load,
    /// Until the first of it had.
    pub(super) first: Load,
}

impl Asked {
    /// A short conversation; `more` are other fields of the request.
    pub(super) fn new(address: SocketAddr, token: &str, more: &str) -> Self {
        let body = format!(
            r#"{{"model":"bench"{more},"messages":[{{"role":"system","content":"You are a helpful assistant."}},{{"role":"user","content":"Count to seven, please. Question {NUMBER}."}}]}}"#
        );
        let request = request("POST /v1/chat/completions", Some(token), &body);
        let number_at = request.windows(NUMBER.len()).position(|part| part == NUMBER.as_bytes());
        Self {
            address,
            number_at: number_at.unwrap_or(0),
            is_streamed: more.contains("\"stream\":true"),
            is_repeated: more.contains("\"temperature\":0"),
            request,
        }
    }

    /// Asks from that many connections for that long, on one thread of its own.
    pub(super) async fn load(&self, connections: usize, duration: Duration) -> Result<Found> {
        let asked = self.clone();
        let work = move || -> Result<Found> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(asked.ask(connections, duration))
        };
        tokio::task::spawn_blocking(work).await.context("the load ended early")?
    }

    async fn ask(&self, connections: usize, duration: Duration) -> Result<Found> {
        let open = try_join_all((0..connections).map(|_| Connection::open(self.address))).await?;
        let start = Instant::now();
        let each = open.into_iter().enumerate().map(|(at, open)| self.one(open, at, start + duration));
        let all: Vec<(u32, u32)> = try_join_all(each).await?.into_iter().flatten().collect();
        let seconds = start.elapsed().as_secs_f64();
        let load = |of: fn(&(u32, u32)) -> u32| {
            let mut latencies_us: Vec<u32> = all.iter().map(of).collect();
            latencies_us.sort_unstable();
            Load { seconds, latencies_us }
        };
        Ok(Found { first: load(|(first, _)| *first), whole: load(|(_, whole)| *whole) })
    }

    async fn one(&self, mut connection: Connection, at: usize, until: Instant) -> Result<Vec<(u32, u32)>> {
        let (mut times_us, mut request) = (Vec::new(), self.request.clone());
        let digits = self.number_at..self.number_at + NUMBER.len();
        let us = |since: Instant| u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
        loop {
            let start = Instant::now();
            if start >= until {
                return Ok(times_us);
            }
            if !self.is_repeated {
                let number = at * 1_000_000_000 + times_us.len();
                request[digits.clone()].copy_from_slice(format!("{number:0>12}").as_bytes());
            }
            if self.is_streamed {
                let (status, first) = connection.ask_stream(&request).await?;
                times_us.push((u32::try_from((first - start).as_micros()).unwrap_or(u32::MAX), us(start)));
                ensure!(status == 200, "a stream was answered {status}");
            } else {
                let answer = connection.ask(&request).await?;
                times_us.push((us(start), us(start)));
                let text = String::from_utf8_lossy(answer.body);
                ensure!(answer.status == 200, "a question was answered {}: {text}", answer.status);
            }
        }
    }
}
