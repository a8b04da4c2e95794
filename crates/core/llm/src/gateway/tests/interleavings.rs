//! Whatever calls do to each other: limits hold, what was taken comes back, answers stay with their owner.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::double::Step;
use crate::{CacheWish, Dialect, Operation, RawRequest, Reply, ReplyBody};

/// One call of a random plan.
#[derive(Debug, Clone)]
struct Planned {
    owner: u128,
    question: u8,
    max_tokens: u64,
    /// What the provider does.
    fate: u8,
    /// Whether its client leaves before the answer.
    leaves: bool,
}

fn planned() -> impl Strategy<Value = Planned> {
    (1_u128..4, 0_u8..3, 1_u64..4_000, 0_u8..5, prop::bool::weighted(0.2)).prop_map(
        |(owner, question, max_tokens, fate, leaves)| Planned { owner, question, max_tokens, fate, leaves },
    )
}

/// Answers each call with a number of its own, after the fate that stands in the question.
async fn provider() -> Double {
    let count = AtomicUsize::new(0);
    Double::scripted(move |request, _| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let answer = Step::Send(completion(&json!({ "content": format!("answer {number}") })));
        match request.split("fate ").nth(1).and_then(|rest| rest.chars().next()) {
            Some('0') => vec![Step::Send(reply("500 Oops", "", "{}"))],
            Some('1') => vec![Step::Pause(3), answer],
            Some('2') => vec![Step::Send(reply("400 Bad", "", "{}"))],
            _ => vec![answer],
        }
    })
    .await
}

async fn pass(gateway: &Gateway, planned: &Planned) -> Result<Reply, Error> {
    let Planned { question, max_tokens, fate, .. } = planned;
    let body = format!(
        r#"{{"model":"gpt-4o","temperature":0,"max_tokens":{max_tokens},"messages":[{{"role":"user","content":"question {question} fate {fate}"}}]}}"#
    );
    let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.into()).unwrap();
    let caller = Caller::of(OwnerId::from_u128(planned.owner));
    let call = gateway.pass(&caller, raw, CacheWish::default());
    match planned.leaves {
        true => match tokio::time::timeout(std::time::Duration::from_millis(1), call).await {
            Ok(reply) => reply,
            Err(_) => Err(Error::NoMessages),
        },
        false => call.await,
    }
}

fn run(plan: &[Planned]) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let double = provider().await;
        let mut settings = settings(&double);
        settings.tiers.free.month_nano_dollars = Some(1_000_000_000_000);
        let gateway = gateway(settings, OperatorKeysOnly);
        let replies = futures::future::join_all(plan.iter().map(|planned| pass(&gateway, planned))).await;

        let mut given: HashMap<String, u128> = HashMap::new();
        for (planned, reply) in plan.iter().zip(replies) {
            let Ok(Reply { body: ReplyBody::Whole(body), .. }) = reply else { continue };
            let said: Value = serde_json::from_slice(&body).unwrap();
            let said = said["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
            let first = *given.entry(said).or_insert(planned.owner);
            assert_eq!(first, planned.owner, "an answer went to two owners");
        }
        let now = gateway.0.sources.clock.now();
        let health = gateway.health();
        assert_eq!(health.providers.iter().map(|one| one.in_flight + one.waiting).sum::<usize>(), 0);
        for owner in 1..4 {
            let owner = OwnerId::from_u128(owner);
            let purse = crate::admission::Purse::Owner(owner, crate::month::month_start(now));
            assert_eq!(gateway.0.budgets.promised(purse), 0, "a promise was not given back");
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn no_interleaving_loses_what_was_taken_or_gives_an_answer_to_another_owner(
        plan in prop::collection::vec(planned(), 1..40)
    ) {
        run(&plan);
    }
}
