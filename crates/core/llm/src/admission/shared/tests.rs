//! Two nodes on a real server.

use std::time::Duration;

use db::testing::SharedFresh;
use futures::future::join_all;
use kit::Timestamp;

use super::*;
use crate::Error;
use crate::admission::ledger::{Limits, Refusal};
use crate::admission::{Lane, Promised, Purse};

const ANN: kit::ids::OwnerId = kit::Id::from_u128(1);
const BOB: kit::ids::OwnerId = kit::Id::from_u128(2);
const OPEN: Limits = Limits { requests: Some(1_000), tokens: Some(100_000), concurrency: 1_000 };
const TIMES: (i64, i64) = (WINDOW_MS, LEASE_MS);

async fn node(server: &SharedFresh, times: (i64, i64)) -> Arc<SharedLimits> {
    SharedLimits::with_times(Shared::open(&server.url()).await.unwrap(), &Entropy::system(), times)
}

async fn admit(node: &Arc<SharedLimits>, limits: &Limits, tokens: u64) -> Result<Holding, Refusal> {
    let admitted = node.admit((ANN, Lane::Platform), limits, tokens).await.expect("a server that answers");
    admitted.map(|(holding, _)| holding)
}

async fn until(what: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if what().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not happen");
}

#[tokio::test]
async fn no_order_of_two_nodes_passes_a_limit() {
    let Some(server) = db::testing::shared().await else { return };
    let nodes = [node(&server, TIMES).await, node(&server, TIMES).await];
    let at_once = async |limits: Limits, tokens: u64| {
        let calls = (0..80).map(|at| admit(&nodes[at % 2], &limits, tokens));
        join_all(calls).await.into_iter().filter_map(Result::ok).collect::<Vec<_>>()
    };
    let three = at_once(Limits { concurrency: 3, ..OPEN }, 1).await;
    assert_eq!(three.len(), 3, "calls at once");
    three.into_iter().for_each(Holding::forget);
    until(async || {
        admit(&nodes[0], &Limits { concurrency: 1, ..OPEN }, 0).await.map(Holding::forget).is_ok()
    })
    .await;
    nodes[0].flush().await;
    let ten = at_once(Limits { requests: Some(10), ..OPEN }, 1).await;
    assert_eq!(ten.len(), 10, "requests: what was forgotten before does not count");
    ten.into_iter().for_each(Holding::forget);
    nodes[0].flush().await;
    nodes[1].flush().await;
    let five = at_once(Limits { tokens: Some(1_000), ..OPEN }, 200).await;
    assert_eq!(five.len(), 5, "tokens");
    // Four cost nothing in the end, one half.
    let mut five = five.into_iter();
    five.next().unwrap().settle(100);
    drop(five);
    nodes[0].flush().await;
    nodes[1].flush().await;
    assert_eq!(at_once(Limits { tokens: Some(1_000), ..OPEN }, 200).await.len(), 4);
}

#[tokio::test]
async fn a_refusal_says_why_and_when_and_what_is_left_is_told() {
    let Some(server) = db::testing::shared().await else { return };
    let node = node(&server, TIMES).await;
    let limits = Limits { requests: Some(2), tokens: Some(100), concurrency: 2 };
    assert_eq!(admit(&node, &limits, 101).await.unwrap_err(), Refusal::Never { limit: 100 });
    let (first, left) = node.admit((ANN, Lane::Platform), &limits, 60).await.unwrap().unwrap();
    let left = left.unwrap();
    assert_eq!((left.remaining_requests, left.remaining_tokens, left.reset_ms), (1, 40, 60_000));
    let near = |wait_ms: i64| (58_000..=60_000).contains(&wait_ms);
    let tokens = admit(&node, &limits, 60).await.unwrap_err();
    assert!(matches!(tokens, Refusal::Tokens { limit: 100, wait_ms } if near(wait_ms)), "{tokens:?}");
    let second = admit(&node, &limits, 0).await.unwrap();
    assert_eq!(admit(&node, &limits, 0).await.unwrap_err(), Refusal::Concurrency { limit: 2 });
    first.settle(60);
    second.settle(0);
    node.flush().await;
    let requests = admit(&node, &limits, 0).await.unwrap_err();
    assert!(matches!(requests, Refusal::Requests { limit: 2, wait_ms } if near(wait_ms)), "{requests:?}");
    let own = Limits { requests: None, tokens: None, concurrency: 1 };
    assert!(node.admit((ANN, Lane::Own), &own, 1_000_000).await.unwrap().is_ok(), "another lane");
    assert!(node.admit((BOB, Lane::Platform), &limits, 100).await.unwrap().is_ok(), "another owner");
}

/// The server's clock cannot be moved: a window and a lease of a few hundred milliseconds are waited for.
#[tokio::test]
async fn a_window_passes_and_what_a_dead_node_held_comes_back() {
    let Some(server) = db::testing::shared().await else { return };
    let times = (400, 600);
    let (living, url) = (node(&server, times).await, server.url());
    let limits = Limits { concurrency: 2, requests: Some(2), ..OPEN };
    let kept = admit(&living, &limits, 1).await.unwrap();
    // Another process takes the second place and dies without a word.
    std::thread::spawn(move || {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let dying =
                SharedLimits::with_times(Shared::open(&url).await.unwrap(), &Entropy::system(), times);
            std::mem::forget(admit(&dying, &limits, 1).await.unwrap());
        });
        runtime.shutdown_background();
    })
    .join()
    .unwrap();
    assert_eq!(admit(&living, &limits, 1).await.unwrap_err(), Refusal::Concurrency { limit: 2 });
    until(async || admit(&living, &limits, 1).await.map(Holding::forget).is_ok()).await;
    // The one that lives is renewed, long after its first lease.
    tokio::time::sleep(Duration::from_millis(900)).await;
    let refused = admit(&living, &Limits { concurrency: 1, ..limits }, 1).await.unwrap_err();
    assert_eq!(refused, Refusal::Concurrency { limit: 1 });
    kept.settle(1);
    living.flush().await;
    assert!(admit(&living, &Limits { concurrency: 1, ..limits }, 1).await.is_ok());
}

fn purses(limit: u64) -> [(Purse, u64); 2] {
    let month = Timestamp::from_millis(1_700_000_000_000);
    [(Purse::Owner(ANN, month), limit), (Purse::Execution(kit::Id::from_u128(9)), limit * 2)]
}

/// A promise, with what the records say of the owner's purse.
async fn promise(node: &SharedLimits, limit: u64, amount: u64, recorded: u64) -> Result<Holding, Error> {
    let purses = purses(limit);
    for _ in 0..3 {
        let unknown = node.unknown(&purses);
        let spent: Vec<u64> = unknown
            .purses
            .iter()
            .map(|purse| if matches!(purse, Purse::Owner(..)) { recorded } else { 0 })
            .collect();
        match node.promise(&purses, amount, (&unknown, &spent)).await.expect("a server that answers") {
            Promised::Held(holding) => return Ok(holding),
            Promised::Over(error) => return Err(error),
            Promised::Unknown => {}
        }
    }
    panic!("a purse is thrown away again and again");
}

#[tokio::test]
async fn two_nodes_never_promise_more_than_a_purse_has() {
    let Some(mut server) = db::testing::shared().await else { return };
    let nodes = [node(&server, TIMES).await, node(&server, TIMES).await];
    let promises = (0..60).map(|at| promise(&nodes[at % 2], 1_000, 90, 100));
    let (held, over): (Vec<_>, Vec<_>) = join_all(promises).await.into_iter().partition(Result::is_ok);
    assert_eq!(held.len(), 10, "100 were spent before");
    assert!(over.iter().all(|error| matches!(error, Err(Error::Budget { .. }))));
    // One costs less than was promised, one nothing, the others all of it.
    let mut held = held.into_iter().map(Result::unwrap);
    held.next().unwrap().pay(40);
    drop(held.next().unwrap());
    held.for_each(|holding| holding.pay(90));
    nodes[0].flush().await;
    nodes[1].flush().await;
    assert!(promise(&nodes[0], 1_000, 141, 0).await.is_err());
    promise(&nodes[1], 1_000, 140, 0).await.unwrap().pay(140);
    nodes[1].flush().await;
    assert!(promise(&nodes[0], 1_000, 0, 0).await.is_err(), "who has spent everything gets nothing more");
    // A server that forgot everything is told what the records say.
    server.kill();
    for node in &nodes {
        assert!(node.promise(&purses(1_000), 1, (&node.unknown(&[]), &[])).await.is_none());
    }
    assert!(server.start().await);
    until(async || nodes.iter().all(|node| node.is_up())).await;
    assert!(promise(&nodes[0], 1_000, 101, 900).await.is_err());
    promise(&nodes[1], 1_000, 100, 900).await.unwrap();
}
