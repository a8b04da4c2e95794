//! What is kept of calls.

use db::testing::both_databases;
use futures::StreamExt;

use super::*;
use crate::double::{Step, stream_head};
use crate::{CacheWish, Dialect, Operation, RawRequest, ReplyBody, UsageFilter, UsageRow};

async fn rows(gateway: &Gateway, owner: u128) -> Vec<UsageRow> {
    gateway.flush().await;
    let now = gateway.0.sources.clock.now();
    let filter = UsageFilter { from: now.plus_ms(-1_000), to: now.plus_ms(1), flow: None, model: None };
    gateway.usage(OwnerId::from_u128(owner), &filter).await.unwrap()
}

both_databases! {
    async fn what_no_database_takes_holds_up_nobodys_records(db: Db) {
        let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        let (plain, odd) = (caller(), Caller { step: Some("a\0b".into()), ..caller() });
        let ask = async |caller| gateway.chat(caller, hello("gpt-4o")).await.unwrap();
        tokio::join!(ask(&plain), ask(&odd), ask(&plain));
        assert!(rows(&gateway, 1).await.iter().map(|row| row.calls).sum::<u64>() >= 2);
    }

    async fn a_models_name_is_kept_without_what_is_no_name(db: Db) {
        let odd = json!({"model": "gpt\0\n4o", "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]});
        let double = Double::start(move |_| reply("200 OK", "", &odd.to_string())).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        gateway.chat(&caller(), hello("gpt-4o")).await.unwrap();
        assert_eq!(rows(&gateway, 1).await[0].model, "gpt4o");
    }

    async fn every_call_leaves_one_record_with_its_cost(db: Db) {
        let double = Double::scripted(|_, number| match number {
            2 => vec![Step::Send(reply("400 Bad", "", "{}"))],
            _ => vec![Step::Send(completion(&json!({"content": "hi"})))],
        })
        .await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        let flow = Caller { flow: Some(kit::Id::from_u128(5)), ..caller() };
        let cold = ChatRequest { temperature: Some(0.0), ..hello("gpt-4o") };
        gateway.chat(&caller(), cold.clone()).await.unwrap();
        let again = gateway.chat(&caller(), cold).await.unwrap();
        assert_eq!((again.text.as_deref(), again.usage.total()), (Some("hi"), 0), "it cost nothing this time");
        gateway.chat(&flow, hello("gpt-4o")).await.unwrap();
        gateway.chat(&flow, hello("gpt-4o")).await.unwrap_err();
        let mut kept = rows(&gateway, 1).await;
        kept.sort_by_key(|row| (row.flow_id.is_some(), row.model.clone()));
        assert_eq!(kept.iter().map(|row| row.calls).sum::<u64>(), 4);
        // The double calls itself gpt-4o-x: 9 tokens read at $2.50 a million, 2 written at $10.
        let outside = &kept[0];
        assert_eq!((outside.calls, outside.from_cache, outside.failed, outside.flow_id), (2, 1, 0, None));
        assert_eq!((outside.input_tokens, outside.output_tokens), (9, 2));
        assert_eq!(kept.iter().map(|row| row.failed).sum::<u64>(), 1);
        assert!(kept.iter().all(|row| row.provider == "openai"));
        assert!(rows(&gateway, 2).await.is_empty(), "nobody sees another's calls");
    }

    async fn who_leaves_before_the_first_byte_pays_for_what_the_provider_read(db: Db) {
        let double = Double::start(|_| Vec::new()).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        for is_streamed in [false, true] {
            let body = format!(r#"{{"model":"gpt-4o","stream":{is_streamed},"messages":[{{"role":"user","content":"hello"}}]}}"#);
            let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.into()).unwrap();
            let (caller, asked) = (caller(), double.seen().len() + 1);
            tokio::select! {
                _ = gateway.pass(&caller, raw, CacheWish::default()) => panic!("nobody answers"),
                () = async {
                    while double.seen().len() < asked {
                        tokio::task::yield_now().await;
                    }
                } => {}
            }
        }
        let kept = rows(&gateway, 1).await;
        let calls: u64 = kept.iter().map(|row| row.calls).sum();
        let (read, cost): (u64, u64) = kept.iter().fold((0, 0), |sum, row| (sum.0 + row.input_tokens, sum.1 + row.cost_nano_dollars));
        assert_eq!((calls, kept[0].failed, kept[0].output_tokens), (2, 2, 0));
        assert!(read > 30 && cost == read * 2_500, "{kept:?}");
    }

    async fn a_broken_stream_costs_what_came_of_it(db: Db) {
        let first = "data: {\"model\":\"gpt-4o\",\"choices\":[{\"delta\":{\"content\":\"0123456789012345678901234567890123456789\"}}]}\n\n";
        let double =
            Double::scripted(move |_, _| vec![stream_head(), Step::Send(first.as_bytes().to_vec()), Step::Hang]).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        let body = r#"{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hello"}]}"#;
        let raw = RawRequest::read(Dialect::OpenAi, Operation::Chat, body.to_owned().into()).unwrap();
        let reply = gateway.pass(&caller(), raw, CacheWish::default()).await.unwrap();
        let ReplyBody::Events(mut events) = reply.body else { panic!("it is not a stream") };
        events.next().await.unwrap();
        drop(events);
        let kept = rows(&gateway, 1).await;
        assert_eq!((kept[0].calls, kept[0].failed, kept[0].output_tokens), (1, 1, 10));
        let expected = kept[0].input_tokens * 2_500 + 10 * 10_000;
        assert_eq!((kept[0].cost_nano_dollars, kept[0].unpriced_calls), (expected, 0));
    }

    async fn a_budget_survives_the_process(db: Db) {
        let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
        let mut limited = settings(&double);
        let rates = crate::Rates { input: 0.0, output: 100_000.0, cached_input: None, cache_write: None };
        limited.prices.insert("gpt-4o-x".into(), rates);
        limited.prices.insert("gpt-4o".into(), rates);
        // Two tokens are $0.20, ten may be $1.
        limited.tiers.enterprise.month_nano_dollars = Some(1_100_000_000);
        let ask = async |gateway: &Gateway| {
            gateway.chat(&caller(), ChatRequest { max_tokens: Some(10), ..hello("gpt-4o") }).await
        };
        let first = gateway(limited.clone(), OperatorKeysOnly);
        first.keep_records(db.clone());
        ask(&first).await.unwrap();
        first.flush().await;
        let second = gateway(limited, OperatorKeysOnly);
        second.keep_records(db);
        let error = ask(&second).await.unwrap_err();
        assert!(matches!(error, Error::Budget { .. }) && error.to_string().contains("0.2000 of $1.10"), "{error}");
    }

    async fn records_before_a_moment_go_and_later_ones_stay(db: Db) {
        let double = Double::start(|_| completion(&json!({"content": "hi"}))).await;
        let gateway = gateway(settings(&double), OperatorKeysOnly);
        gateway.keep_records(db);
        let ask = async |text: &str| gateway.chat(&caller(), ChatRequest { messages: hello(text).messages, ..hello("gpt-4o") }).await.unwrap();
        ask("one").await;
        gateway.flush().await;
        gateway.0.sources.clock.advance_ms(5);
        let between = gateway.0.sources.clock.now();
        ask("two").await;
        gateway.flush().await;
        assert_eq!(gateway.prune(between).await.unwrap(), 1);
        assert_eq!(gateway.prune(between).await.unwrap(), 0);
        let day = between.plus_ms(-86_400_000);
        let filter = UsageFilter { from: day, to: between.plus_ms(86_400_000), flow: None, model: None };
        let left = gateway.usage(caller().owner, &filter).await.unwrap();
        assert_eq!(left.iter().map(|row| row.calls).sum::<u64>(), 1);
    }
}
