//! What tests of several handlers start from.

use std::sync::Arc;

use engine::{Context, Kv};
use kit::{Clock, Entropy, Id, Sources, Timestamp};
use llm::{ChatAnswer, Finish, Gateway, OperatorKeysOnly, Settings, Usage};
use tokio_util::sync::CancellationToken;

/// A first attempt, with an empty memory and no secrets.
pub(crate) fn context() -> Context {
    let flow = Id::from_u128(2);
    Context {
        execution: Id::from_u128(1),
        flow,
        owner: Id::from_u128(3),
        tier: "free".to_owned(),
        step_key: "00000000-0000-0000-0000-000000000001:7".to_owned(),
        attempt: 1,
        cancelled: CancellationToken::new(),
        secrets_used: Vec::new(),
        voice: engine::Voice::silent(),
        kv: Kv::empty(flow, Clock::manual(Timestamp::from_millis(0))),
    }
}

/// A client that reaches nothing private, and a gateway on it without keys: `echo` answers all the same.
pub(crate) fn gateway() -> (net::Client, Gateway) {
    let client = net::Client::new(net::EgressAllow::default()).unwrap();
    let settings = Settings::from_variables(|_| None).unwrap();
    let sources = Sources { clock: Clock::manual(Timestamp::from_millis(0)), entropy: Entropy::seeded(1) };
    (client.clone(), Gateway::new(settings, client, Arc::new(OperatorKeysOnly), sources))
}

/// A model's answer with that text, and some cost.
pub(crate) fn chat_answer(text: Option<&str>) -> ChatAnswer {
    ChatAnswer {
        text: text.map(str::to_owned),
        calls: Vec::new(),
        usage: Usage { input_tokens: 11, output_tokens: 7, ..Usage::default() },
        model: "model-1".to_owned(),
        finish: Finish::Stop,
        simulated: false,
    }
}

/// What 10,000 characters of anything may take: a turn must not stand still.
pub(crate) const MAX_TIME_MS: u128 = 50;

/// The best of five times, so that a busy machine does not fail a test.
pub(crate) fn best_ms(mut work: impl FnMut()) -> u128 {
    let mut best = u128::MAX;
    for _ in 0..5 {
        let start = tokio::time::Instant::now();
        work();
        best = best.min(start.elapsed().as_millis());
        if best < MAX_TIME_MS {
            break;
        }
    }
    best
}
