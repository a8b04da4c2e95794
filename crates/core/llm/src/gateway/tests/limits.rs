//! Limits, budgets, the cache: what is not asked at all.

use super::*;
use crate::double::Step;
use crate::{CacheOutcome, CacheWish, Dialect, Operation, RawRequest, Reply, ReplyBody};

fn free(owner: u128) -> Caller {
    Caller::of(OwnerId::from_u128(owner))
}

async fn pass(gateway: &Gateway, caller: &Caller, body: &str, wish: CacheWish) -> Result<Reply, Error> {
    let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.to_owned().into()).unwrap();
    gateway.pass(caller, raw, wish).await
}

const WARM: &str = r#"{"model":"gpt-4o","max_tokens":50,"messages":[{"role":"user","content":"hello"}]}"#;
const COLD: &str =
    r#"{"model":"gpt-4o","max_tokens":50,"temperature":0,"messages":[{"role":"user","content":"hello"}]}"#;

#[tokio::test]
async fn the_eleventh_call_of_a_minute_is_refused_and_costs_nothing() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    for left in (0..10).rev() {
        let reply = pass(&gateway, &free(1), WARM, CacheWish::default()).await.unwrap();
        assert_eq!(reply.allowance.unwrap().remaining_requests, left);
    }
    for _ in 0..3 {
        let error = pass(&gateway, &free(1), WARM, CacheWish::default()).await.unwrap_err();
        assert!(matches!(error, Error::Limited { limit: 10, retry_after_s: 60, .. }), "{error}");
    }
    assert!(
        pass(&gateway, &free(2), WARM, CacheWish::default()).await.is_ok(),
        "another owner has their own"
    );
    gateway.0.sources.clock.advance_ms(60_000);
    assert!(pass(&gateway, &free(1), WARM, CacheWish::default()).await.is_ok());
    assert_eq!(double.seen().len(), 12);
}

#[tokio::test]
async fn tokens_are_reserved_and_settled_by_the_providers_count() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let huge = WARM.replace("50", "9900");
    let reply = pass(&gateway, &free(1), &huge, CacheWish::default()).await.unwrap();
    assert!(reply.allowance.unwrap().remaining_tokens < 100);
    // It took 11 in the end, so the same fits once more.
    assert!(pass(&gateway, &free(1), &huge, CacheWish::default()).await.is_ok());
    let never =
        pass(&gateway, &free(1), &WARM.replace("50", "10001"), CacheWish::default()).await.unwrap_err();
    assert!(matches!(never, Error::OverLimit { limit: 10_000, .. }) && !never.is_transient(), "{never}");
}

#[tokio::test]
async fn many_answers_at_once_are_reserved_as_many() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let many = |n: u32| WARM.replace("\"max_tokens\":50", &format!("\"max_tokens\":100,\"n\":{n}"));
    let refused = pass(&gateway, &free(1), &many(128), CacheWish::default()).await.unwrap_err();
    assert!(matches!(refused, Error::OverLimit { limit: 10_000, .. }), "{refused}");
    assert!(pass(&gateway, &free(1), &many(3), CacheWish::default()).await.is_ok());
    assert_eq!(double.seen().len(), 1);
}

#[tokio::test]
async fn an_execution_cannot_spend_more_than_its_budget() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let mut settings = settings(&double);
    // gpt-4o: 50 tokens at $10 a million, and at most one for each byte of the question, 81 at $2.50.
    settings.execution_nano_dollars = Some(750_000);
    let gateway = gateway(settings, OperatorKeysOnly);
    let run = Caller { execution: Some(kit::Id::from_u128(7)), ..caller() };
    pass(&gateway, &run, WARM, CacheWish::default()).await.unwrap();
    let error = pass(&gateway, &run, &WARM.replace("50", "60"), CacheWish::default()).await.unwrap_err();
    assert!(matches!(error, Error::Budget { .. }) && error.kind() == Kind::QuotaExhausted, "{error}");
    assert_eq!(double.seen().len(), 1);
    let other = Caller { execution: Some(kit::Id::from_u128(8)), ..caller() };
    assert!(pass(&gateway, &other, WARM, CacheWish::default()).await.is_ok());
}

#[tokio::test]
async fn a_cold_question_is_asked_once_and_never_answered_to_another_owner() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let ask = async |owner, body, wish| pass(&gateway, &free(owner), body, wish).await.unwrap().cache;
    let plain = CacheWish::default();
    assert_eq!(ask(1, COLD, plain).await, CacheOutcome::Miss);
    assert_eq!(ask(1, COLD, plain).await, CacheOutcome::Hit);
    assert_eq!(ask(2, COLD, plain).await, CacheOutcome::Miss);
    assert_eq!(ask(1, COLD, CacheWish { no_cache: true, ..plain }).await, CacheOutcome::Miss);
    assert_eq!(ask(1, WARM, plain).await, CacheOutcome::Off);
    assert_eq!(ask(1, WARM, CacheWish { ttl_s: Some(5), ..plain }).await, CacheOutcome::Miss);
    assert_eq!(ask(1, WARM, CacheWish { ttl_s: Some(5), ..plain }).await, CacheOutcome::Hit);
    gateway.0.sources.clock.advance_ms(86_400_000);
    assert_eq!(ask(1, COLD, CacheWish { no_store: true, ..plain }).await, CacheOutcome::Miss);
    assert_eq!(ask(1, COLD, plain).await, CacheOutcome::Miss, "the one before was not to be kept");
}

#[tokio::test]
async fn an_error_and_a_cut_answer_are_not_kept() {
    let double = Double::scripted(|_, number| match number {
        0 => vec![Step::Send(reply("400 Bad", "", "{}"))],
        1 => {
            let cut = json!({"choices": [{"message": {"content": "hal"}, "finish_reason": "length"}]});
            vec![Step::Send(reply("200 OK", "", &cut.to_string()))]
        }
        _ => vec![Step::Send(completion(&json!({"content": "hi"})))],
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    assert!(pass(&gateway, &free(1), COLD, CacheWish::default()).await.is_err());
    for _ in 0..2 {
        assert_eq!(
            pass(&gateway, &free(1), COLD, CacheWish::default()).await.unwrap().cache,
            CacheOutcome::Miss
        );
    }
    assert_eq!(pass(&gateway, &free(1), COLD, CacheWish::default()).await.unwrap().cache, CacheOutcome::Hit);
}

#[tokio::test]
async fn the_same_question_at_once_is_asked_once() {
    let double =
        Double::scripted(|_, _| vec![Step::Pause(100), Step::Send(completion(&json!({"content": "hi"})))])
            .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let caller = caller();
    let calls = (0..20).map(|_| pass(&gateway, &caller, COLD, CacheWish::default()));
    let replies = futures::future::join_all(calls).await;
    let mut outcomes: Vec<_> = replies.iter().map(|reply| reply.as_ref().unwrap().cache).collect();
    outcomes.sort_by_key(|outcome| outcome.as_str());
    assert_eq!(
        (outcomes[0], outcomes[18], outcomes[19]),
        (CacheOutcome::Joined, CacheOutcome::Joined, CacheOutcome::Miss)
    );
    assert_eq!(double.seen().len(), 1);
    let bodies = replies.into_iter().map(|reply| match reply.unwrap().body {
        ReplyBody::Whole(body) => body,
        ReplyBody::Events(_) => panic!("it is a stream"),
    });
    assert!(bodies.collect::<Vec<_>>().windows(2).all(|two| two[0] == two[1]));
}

#[tokio::test]
async fn when_who_leads_fails_one_of_the_others_leads() {
    let double = Double::scripted(|_, number| match number {
        0 | 1 => vec![Step::Pause(50), Step::Send(reply("400 Bad", "", "{}"))],
        _ => vec![Step::Pause(50), Step::Send(completion(&json!({"content": "hi"})))],
    })
    .await;
    let gateway = gateway(settings(&double), OperatorKeysOnly);
    let caller = caller();
    let calls = (0..20).map(|_| pass(&gateway, &caller, COLD, CacheWish::default()));
    let replies = futures::future::join_all(calls).await;
    assert_eq!(replies.iter().filter(|reply| reply.is_err()).count(), 2);
    assert_eq!(double.seen().len(), 3, "the others took the answer of the third");
    let joined = replies.iter().flatten().filter(|reply| reply.cache == CacheOutcome::Joined).count();
    assert_eq!(joined, 17);
}

#[tokio::test]
async fn a_call_without_a_cap_has_promised_what_its_model_can_write_at_most() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let mut settings = settings(&double);
    // gpt-4o writes 16,384 tokens at most, for $0.164.
    settings.execution_nano_dollars = Some(100_000_000);
    let gateway = gateway(settings, OperatorKeysOnly);
    let run = Caller { execution: Some(kit::Id::from_u128(7)), ..caller() };
    let uncapped = WARM.replace("\"max_tokens\":50,", "");
    let error = pass(&gateway, &run, &uncapped, CacheWish::default()).await.unwrap_err();
    assert!(matches!(error, Error::Budget { needed, .. } if needed > 0.16 && needed < 0.17), "{error}");
    assert!(error.to_string().contains("max_tokens"), "it says what helps: {error}");
    assert!(pass(&gateway, &run, WARM, CacheWish::default()).await.is_ok());
}

#[tokio::test]
async fn no_text_costs_more_than_was_promised_for_it() {
    let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
    let mut settings = settings(&double);
    // 40,000 tokens of gpt-4o at $2.50 a million are $0.10.
    settings.execution_nano_dollars = Some(90_000_000);
    let gateway = gateway(settings, OperatorKeysOnly);
    let run = Caller { execution: Some(kit::Id::from_u128(7)), ..caller() };
    let endless = WARM.replace("hello", &"x".repeat(40_000));
    let error = pass(&gateway, &run, &endless, CacheWish::default()).await.unwrap_err();
    assert!(matches!(error, Error::Budget { .. }), "{error}");
    assert!(double.seen().is_empty());
}

#[tokio::test]
async fn who_waits_for_a_place_gets_it_when_one_is_free() {
    let double =
        Double::scripted(|_, _| vec![Step::Pause(30), Step::Send(completion(&json!({"content": "hi"})))])
            .await;
    let mut settings = settings(&double);
    settings.providers.iter_mut().for_each(|provider| provider.concurrency = 2);
    let gateway = gateway(settings, OperatorKeysOnly);
    let caller = caller();
    let calls = (0..8).map(|_| pass(&gateway, &caller, WARM, CacheWish::default()));
    let replies = futures::future::join_all(calls).await;
    assert!(replies.iter().all(Result::is_ok));
    assert_eq!(gateway.health().queue.waiting, 0);
}
