//! `kv`: the flow's own small memory.

mod order;
mod schema;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Handler, Kv, KvWrite, Outcome};
use serde_json::{Value as Json, json};

use self::order::Order;
use crate::Error;
use crate::error::refuse_secrets;

/// `kv`: reads at once, and writes with the step's commit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory;

#[async_trait]
impl Handler for Memory {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome {
        match answer(context, config, input.json()).await {
            Ok(answer) => answer.into(),
            Err(error) => error.into(),
        }
    }
}

async fn answer(context: &Context, config: Json, input: &Json) -> Result<Answer, Error> {
    refuse_secrets(context, "the flow's memory")?;
    carry_out(order::read(config, input)?, &context.kv).await
}

async fn carry_out(order: Order, memory: &Kv) -> Result<Answer, Error> {
    match order {
        Order::Get { key } => {
            let value = memory.get(&key).await.map_err(|error| Error::Memory(error.to_string()))?;
            Ok(Answer::new(kept(&key, value.as_ref())))
        }
        Order::List { prefix } => {
            let keys = memory.list(&prefix).await.map_err(|error| Error::Memory(error.to_string()))?;
            Ok(Answer::new(json!({ "keys": keys })))
        }
        Order::Set { key, value, ttl_ms } => {
            let output = json!({ "key": key, "value": value });
            Ok(Answer { kv_writes: vec![KvWrite::Set { key, value, ttl_ms }], ..Answer::new(output) })
        }
        Order::Delete { key } => {
            let output = json!({ "key": key });
            Ok(Answer { kv_writes: vec![KvWrite::Delete { key }], ..Answer::new(output) })
        }
    }
}

/// Null may be a kept value: `found` tells it from none.
fn kept(key: &str, value: Option<&Json>) -> Json {
    let found = value.is_some();
    json!({ "key": key, "value": value, "found": found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::context;
    use engine::SecretUse;

    async fn run(config: Json, input: Json) -> Answer {
        match Memory.run(&context(), config, input.into()).await {
            Outcome::Done(answer) => answer,
            Outcome::Failed(failure) => panic!("{failure:?}"),
        }
    }

    #[tokio::test]
    async fn a_write_joins_the_commit_of_the_step() {
        let answer = run(json!({"operation": "set", "key": "k", "value": [1], "ttl": 60}), Json::Null).await;
        assert_eq!(answer.output, json!({"key": "k", "value": [1]}));
        let write = KvWrite::Set { key: "k".to_owned(), value: json!([1]), ttl_ms: Some(60_000) };
        assert_eq!(answer.kv_writes, [write]);
        let answer = run(json!({"operation": "delete"}), json!({"key": "k"})).await;
        assert_eq!(answer.kv_writes, [KvWrite::Delete { key: "k".to_owned() }]);
    }

    #[test]
    fn a_kept_null_is_found() {
        assert_eq!(kept("k", Some(&Json::Null)), json!({"key": "k", "value": null, "found": true}));
        assert_eq!(kept("k", Some(&json!([1]))), json!({"key": "k", "value": [1], "found": true}));
    }

    #[tokio::test]
    async fn what_was_never_kept_is_not_found() {
        let answer = run(json!({"operation": "get"}), json!({"key": "k"})).await;
        assert_eq!(answer, Answer::new(json!({"key": "k", "value": null, "found": false})));
        let answer = run(json!({"operation": "list"}), Json::Null).await;
        assert_eq!(answer, Answer::new(json!({"keys": []})));
    }

    #[tokio::test]
    async fn an_impossible_order_is_refused_for_good() {
        let outcome =
            Memory.run(&context(), json!({"operation": "set", "key": "k"}), Payload::default()).await;
        assert!(
            matches!(outcome, Outcome::Failed(failure) if !failure.retryable && failure.code == "invalid_input")
        );
    }

    #[tokio::test]
    async fn a_secret_is_not_kept() {
        let mut context = context();
        context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
        let config = json!({"operation": "set", "key": "k", "value": "canary"});
        let Outcome::Failed(failure) = Memory.run(&context, config, Payload::default()).await else {
            panic!()
        };
        assert_eq!((failure.code.as_str(), failure.retryable), ("secret_not_allowed", false));
        assert!(failure.message.contains("`KEY`") && !failure.message.contains("canary"));
    }
}
