//! Questions to a model, each with a number of its own, so that none was asked before.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tokio::time::{Instant, Interval, interval_at};

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
    /// Over all connections; as fast as it goes when absent.
    per_second: Option<u32>,
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
            per_second: None,
            request,
        }
    }

    /// The same so many times a second, over all connections.
    pub(super) fn at(self, per_second: u32) -> Self {
        Self { per_second: Some(per_second), ..self }
    }

    /// Asks from that many connections for that long, on one thread of its own.
    pub(super) async fn load(&self, connections: u32, duration: Duration) -> Result<Found> {
        let asked = self.clone();
        let work = move || -> Result<Found> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(asked.ask(connections, duration))
        };
        tokio::task::spawn_blocking(work).await.context("the load ended early")?
    }

    async fn ask(&self, connections: u32, duration: Duration) -> Result<Found> {
        let open = try_join_all((0..connections).map(|_| Connection::open(self.address))).await?;
        let start = Instant::now();
        let turn = self.per_second.map(|rate| Duration::from_secs(1) / rate);
        let each = open.into_iter().zip(0_u32..).map(|(connection, number)| {
            // Every connection asks when it is its turn, and the turns are evenly spread.
            let clock = turn.map(|turn| interval_at(start + turn * number, turn * connections));
            self.one(connection, clock, (u64::from(number) * 1_000_000_000, start + duration))
        });
        let all: Vec<[u32; 2]> = try_join_all(each).await?.into_iter().flatten().collect();
        let seconds = start.elapsed().as_secs_f64();
        let load = |which: usize| {
            let mut latencies_us: Vec<u32> = all.iter().map(|times| times[which]).collect();
            latencies_us.sort_unstable();
            Load { seconds, latencies_us }
        };
        Ok(Found { first: load(0), whole: load(1) })
    }

    async fn one(
        &self,
        mut connection: Connection,
        mut clock: Option<Interval>,
        (first_number, until): (u64, Instant),
    ) -> Result<Vec<[u32; 2]>> {
        let (mut times_us, mut request) = (Vec::new(), self.request.clone());
        let digits = self.number_at..self.number_at + NUMBER.len();
        for number in first_number.. {
            if let Some(clock) = &mut clock {
                clock.tick().await;
            }
            if !self.is_repeated {
                request[digits.clone()].copy_from_slice(format!("{number:0>12}").as_bytes());
            }
            let start = Instant::now();
            if start >= until {
                break;
            }
            let first = self.answered(&mut connection, &request).await?;
            times_us.push(
                [first, Instant::now()].map(|at| u32::try_from((at - start).as_micros()).unwrap_or(u32::MAX)),
            );
        }
        Ok(times_us)
    }

    /// When the first of the answer had come, once all of it has.
    async fn answered(&self, connection: &mut Connection, request: &[u8]) -> Result<Instant> {
        if self.is_streamed {
            let (status, first) = connection.ask_stream(request).await?;
            ensure!(status == 200, "a stream was answered {status}");
            return Ok(first);
        }
        let answer = connection.ask(request).await?;
        let text = String::from_utf8_lossy(answer.body);
        ensure!(answer.status == 200, "a question was answered {}: {text}", answer.status);
        Ok(Instant::now())
    }
}
