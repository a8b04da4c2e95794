//! Load over kept connections, each asking again as soon as it is answered.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use tokio::time::Instant;

use crate::http::Connection;

/// What is asked, and what must come back.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) address: SocketAddr,
    pub(crate) request: Vec<u8>,
    /// The status and the body of every right answer; `None` where bodies differ.
    pub(crate) answer: Option<Vec<u8>>,
}

/// What a load found.
#[derive(Debug, Default)]
pub(crate) struct Load {
    pub(crate) seconds: f64,
    /// Of each answer, in microseconds, the quickest first.
    pub(crate) latencies_us: Vec<u32>,
}

impl Load {
    pub(crate) fn answers(&self) -> usize {
        self.latencies_us.len()
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.answers() as f64 / self.seconds
    }

    /// A quantile in milliseconds; 1.0 is the slowest.
    pub(crate) fn quantile_ms(&self, part: f64) -> f64 {
        let last = self.answers().saturating_sub(1);
        let at = (last as f64 * part).round() as usize;
        self.latencies_us.get(at).map_or(0.0, |us| f64::from(*us) / 1_000.0)
    }
}

/// Asks from that many connections for that long.
///
/// One thread of its own, as the server shares the machine's few cores with it.
pub(crate) async fn run(question: &Question, connections: usize, duration: Duration) -> Result<Load> {
    let question = question.clone();
    let work = move || -> Result<Load> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(ask(&question, connections, duration))
    };
    tokio::task::spawn_blocking(work).await.context("the load ended early")?
}

/// Sends it so often, one after the other; each must be accepted.
pub(crate) async fn send(question: &Question, times: usize) -> Result<()> {
    let mut connection = Connection::open(question.address).await?;
    for _ in 0..times {
        let answer = connection.ask(&question.request).await?;
        ensure!(answer.status == 202, "not accepted: {}", String::from_utf8_lossy(answer.body));
    }
    Ok(())
}

async fn ask(question: &Question, connections: usize, duration: Duration) -> Result<Load> {
    let open = (0..connections).map(|_| Connection::open(question.address));
    let open = try_join_all(open).await?;
    let start = Instant::now();
    let each = open.into_iter().map(|connection| one(connection, question, start + duration));
    let found = try_join_all(each).await?;
    let mut latencies_us: Vec<u32> = found.into_iter().flatten().collect();
    latencies_us.sort_unstable();
    Ok(Load { seconds: start.elapsed().as_secs_f64(), latencies_us })
}

async fn one(mut connection: Connection, question: &Question, until: Instant) -> Result<Vec<u32>> {
    let mut latencies_us = Vec::new();
    loop {
        let asked = Instant::now();
        if asked >= until {
            return Ok(latencies_us);
        }
        let answer = connection.ask(&question.request).await?;
        latencies_us.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        ensure!(
            answer.status == 200 && question.answer.as_deref().is_none_or(|expected| expected == answer.body),
            "a wrong answer, {}: {}",
            answer.status,
            String::from_utf8_lossy(answer.body)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_answers() {
        let load = Load { seconds: 2.0, latencies_us: (1..=101).map(|ms| ms * 1_000).collect() };
        assert_eq!([0.0, 0.5, 0.99, 1.0].map(|part| load.quantile_ms(part)), [1.0, 51.0, 100.0, 101.0]);
        assert!((load.per_second() - 50.5).abs() < 1e-9);
    }
}
