//! Two nodes that count together, until they cannot.

use db::Shared;

use super::*;
use crate::RawRequest;
use crate::{CacheWish, Dialect, Operation};

const QUESTION: &str = r#"{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}"#;

/// How many of so many calls on each of the gateways were answered; all others met a limit.
async fn answered(gateways: &[Gateway; 2], calls: usize) -> usize {
    let caller = Caller::of(OwnerId::from_u128(1));
    let calls = (0..calls * 2).map(|at| {
        let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, QUESTION.into()).unwrap();
        gateways[at % 2].pass(&caller, raw, CacheWish::default())
    });
    let replies = futures::future::join_all(calls).await;
    let refused = replies.iter().filter_map(|reply| reply.as_ref().err());
    assert!(
        refused.clone().all(|error| matches!(error, Error::Limited { .. })),
        "{:?}",
        refused.collect::<Vec<_>>()
    );
    replies.iter().filter(|reply| reply.is_ok()).count()
}

#[tokio::test]
async fn a_tiers_limits_hold_over_two_nodes_and_each_counts_alone_while_the_server_is_away() {
    let Some(mut server) = db::testing::shared().await else { return };
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let mut settings = settings(&double);
    settings.tiers.free.concurrency = 100;
    // Nodes have names by chance.
    let gateways = [1, 2].map(|seed| {
        let client = net::Client::new("127.0.0.1".parse().unwrap()).unwrap();
        let sources = Sources { entropy: Entropy::seeded(seed), ..sources() };
        Gateway::new(settings.clone(), client, Arc::new(OperatorKeysOnly), sources)
    });
    for gateway in &gateways {
        assert!(!gateway.is_sharing());
        gateway.share(Shared::open(&server.url()).await.unwrap());
        assert!(gateway.is_sharing());
    }
    assert_eq!(answered(&gateways, 20).await, 10, "the free tier's requests a minute, together");
    assert_eq!(answered(&gateways, 5).await, 0);
    server.kill();
    assert_eq!(answered(&gateways, 20).await, 20, "ten on each node by itself, and no error but the limit");
    assert!(gateways.iter().all(|gateway| !gateway.is_sharing()));
    assert!(server.start().await);
    for _ in 0..500 {
        if gateways.iter().all(Gateway::is_sharing) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(answered(&gateways, 20).await, 10, "together again, on a server that forgot");
    for gateway in &gateways {
        gateway.flush().await;
    }
}
