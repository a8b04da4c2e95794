//! `agent`: one turn of an agent's conversation; the engine keeps the loop, and each turn is a step.

mod conversation;
mod schema;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Failure, Handler, Outcome};
use llm::{ChatAnswer, Gateway};
use serde_json::{Value as Json, json};

use crate::ask;

/// `agent`: the model's next message.
pub(crate) struct Agent {
    gateway: Gateway,
}

impl Agent {
    pub(crate) fn new(gateway: Gateway) -> Self {
        Self { gateway }
    }

    async fn turn(&self, context: &Context, config: Json) -> Result<Answer, Failure> {
        let answer = ask::ask(&self.gateway, context, conversation::read(config)?).await?;
        let usage = Some(ask::usage(&answer));
        match ask::check_complete(&answer) {
            Ok(()) => Ok(Answer { usage, ..Answer::new(output(answer)) }),
            // An answer that cannot be used is paid for.
            Err(error) => Err(Failure::from(error).with_usage(usage)),
        }
    }
}

#[async_trait]
impl Handler for Agent {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, _input: Payload) -> Outcome {
        match self.turn(context, config).await {
            Ok(answer) => answer.into(),
            Err(error) => error.into(),
        }
    }
}

/// `{content, calls}`: what the engine adds to the conversation.
fn output(answer: ChatAnswer) -> Json {
    let calls: Vec<Json> = answer
        .calls
        .into_iter()
        .map(|call| json!({ "id": call.id, "name": call.name, "arguments": call.arguments }))
        .collect();
    json!({ "content": answer.text, "calls": calls })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{chat_answer, context, gateway};
    use llm::ToolCall;

    #[test]
    fn words_and_calls_become_the_next_message() {
        let call = ToolCall { id: "c1".to_owned(), name: "orders".to_owned(), arguments: json!({"id": "7"}) };
        let answer = ChatAnswer { calls: vec![call], ..chat_answer(None) };
        let calls = json!([{"id": "c1", "name": "orders", "arguments": {"id": "7"}}]);
        assert_eq!(output(answer), json!({"content": null, "calls": calls}));
        assert_eq!(output(chat_answer(Some("done"))), json!({"content": "done", "calls": []}));
    }

    #[tokio::test]
    async fn a_conversation_goes_on_by_one_turn() {
        let schema = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}});
        let asked =
            json!([{"role": "system", "content": "Help"}, {"role": "user", "content": "{\"id\": \"7\"}"}]);
        let tools = json!([{"name": "orders", "description": "Looks up", "input_schema": schema}]);
        let agent = Agent::new(gateway().1);
        let config = json!({"model": "echo", "messages": asked, "tools": tools});
        let Outcome::Done(first) = agent.run(&context(), config, Payload::default()).await else { panic!() };
        assert_eq!(first.output["calls"][0]["arguments"], json!({"id": "7"}));
        assert!(first.usage.is_some());

        let mut messages = asked;
        let said = json!({"role": "assistant", "content": null, "calls": first.output["calls"]});
        let heard =
            json!({"role": "tool", "callId": first.output["calls"][0]["id"], "content": "on its way"});
        messages.as_array_mut().unwrap().extend([said, heard]);
        let config = json!({"model": "echo", "messages": messages, "tools": tools});
        let Outcome::Done(last) = agent.run(&context(), config, Payload::default()).await else { panic!() };
        assert_eq!(last.output, json!({"content": "[simulated] on its way", "calls": []}));
    }
}
