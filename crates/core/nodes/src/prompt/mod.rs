//! `prompt`: one call of a model, without tools.

mod schema;
mod structured;

use async_trait::async_trait;
use engine::flow::Payload;
use engine::flow::catalogue::HandlerSpec;
use engine::{Answer, Context, Failure, Handler, Outcome};
use llm::{ChatAnswer, ChatRequest, Finish, Gateway, Message};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::ask::Manner;
use crate::{Error, ask, config};

/// `prompt`: asks a model once.
pub(crate) struct Prompt {
    gateway: Gateway,
}

#[derive(Debug, Deserialize)]
struct Config {
    prompt: Option<Json>,
    system: Option<String>,
    model: Option<String>,
    temperature: Option<f64>,
    max_tokens: Option<u32>,
    output_schema: Option<Json>,
    #[serde(flatten)]
    manner: Manner,
}

impl Prompt {
    pub(crate) fn new(gateway: Gateway) -> Self {
        Self { gateway }
    }

    async fn answer(&self, context: &Context, config: Json, input: &Json) -> Result<Answer, Failure> {
        let config: Config = config::read(config)?;
        let (is_structured, manner) = (config.output_schema.is_some(), config.manner);
        let request = (request(config, input)?, manner);
        let answer = ask::ask(&self.gateway, context, request).await?;
        let usage = Some(ask::usage(&answer));
        match output(answer, is_structured) {
            Ok(output) => Ok(Answer { usage, ..Answer::new(output) }),
            // An answer that cannot be used is paid for.
            Err(error) => Err(Failure::from(error).with_usage(usage)),
        }
    }
}

#[async_trait]
impl Handler for Prompt {
    fn spec(&self) -> HandlerSpec {
        schema::spec()
    }

    async fn run(&self, context: &Context, config: Json, input: Payload) -> Outcome {
        match self.answer(context, config, input.json()).await {
            Ok(answer) => answer.into(),
            Err(error) => error.into(),
        }
    }
}

/// The structured value, or `{text}`; half a text is still one, and says so.
fn output(answer: ChatAnswer, is_structured: bool) -> Result<Json, Error> {
    let is_cut = answer.finish == Finish::Length;
    if is_structured || !is_cut {
        ask::check_complete(&answer)?;
    }
    let text = answer.text.unwrap_or_default();
    if is_structured {
        return structured::read(&text);
    }
    Ok(if is_cut { json!({ "text": text, "truncated": true }) } else { json!({ "text": text }) })
}

fn request(config: Config, input: &Json) -> Result<ChatRequest, Error> {
    let question = question(config.prompt.as_ref(), input)?;
    let system = config.system.filter(|system| !system.trim().is_empty()).map(Message::System);
    Ok(ChatRequest {
        model: config.model,
        messages: system.into_iter().chain([Message::User(question)]).collect(),
        tools: Vec::new(),
        temperature: config.temperature,
        max_tokens: config.max_tokens,
        output_schema: config.output_schema,
    })
}

/// The configured prompt; without one, the input's `prompt`, or the input where it is a text.
fn question(configured: Option<&Json>, input: &Json) -> Result<String, Error> {
    let question = match configured.or_else(|| input.get("prompt")).unwrap_or(input) {
        Json::String(text) => text.clone(),
        // A template that is one expression keeps its type: an object is asked about as JSON.
        other if configured.is_some() => other.to_string(),
        _ => String::new(),
    };
    if question.trim().is_empty() {
        return Err(Error::Input("there is no `prompt`, neither configured nor given".to_owned()));
    }
    Ok(question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{chat_answer, context, gateway};
    use engine::SecretUse;

    #[test]
    fn a_text_that_was_cut_says_so_and_json_that_was_cut_is_refused() {
        let cut = |text| ChatAnswer { finish: Finish::Length, ..chat_answer(Some(text)) };
        assert_eq!(output(cut("abc"), false).unwrap(), json!({"text": "abc", "truncated": true}));
        assert!(matches!(output(cut("{}"), true), Err(Error::CutAnswer)));
        assert_eq!(output(chat_answer(Some("abc")), false).unwrap(), json!({"text": "abc"}));
        assert_eq!(output(chat_answer(Some("[1]")), true).unwrap(), json!([1]));
        let declined = ChatAnswer { finish: Finish::Refused, ..chat_answer(None) };
        assert!(matches!(output(declined, false), Err(Error::Declined)));
    }

    fn built(config: Json, input: &Json) -> Result<ChatRequest, Error> {
        request(config::read(config)?, input)
    }

    #[test]
    fn a_configuration_becomes_a_request() {
        let schema = json!({"type": "object"});
        let config = json!({
            "prompt": "Hello", "system": "Be brief", "model": "m", "temperature": 0.5, "max_tokens": 10,
            "output_schema": schema,
        });
        let request = built(config, &Json::Null).unwrap();
        assert!(
            matches!(&request.messages[..], [Message::System(system), Message::User(user)] if system == "Be brief" && user == "Hello")
        );
        assert_eq!(
            (request.model.as_deref(), request.temperature, request.max_tokens),
            (Some("m"), Some(0.5), Some(10))
        );
        assert_eq!(request.output_schema, Some(schema));
    }

    #[test]
    fn the_question_comes_from_the_input_where_none_is_configured() {
        let asked = |config: Json, input: Json| match built(config, &input).unwrap().messages.pop() {
            Some(Message::User(text)) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(asked(json!({}), json!({"prompt": "a"})), "a");
        assert_eq!(asked(json!({}), json!("b")), "b");
        assert_eq!(asked(json!({"prompt": {"c": 1}}), json!("b")), "{\"c\":1}");
        for input in [Json::Null, json!({"a": 1}), json!(" ")] {
            assert!(matches!(built(json!({}), &input), Err(Error::Input(_))));
        }
    }

    #[tokio::test]
    async fn the_simulation_is_asked_and_its_cost_is_kept() {
        let handler = Prompt::new(gateway().1);
        let config = json!({"prompt": "Hello there", "model": "echo"});
        let Outcome::Done(answer) = handler.run(&context(), config, Payload::default()).await else {
            panic!()
        };
        assert_eq!(answer.output, json!({"text": "[simulated] Hello there"}));
        assert!(answer.usage.is_some_and(|usage| usage.simulated && usage.input_tokens > 0));
    }

    #[tokio::test]
    async fn an_output_schema_gives_the_value_itself() {
        let schema = json!({"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}});
        let config = json!({"prompt": {"n": 3}, "model": "echo", "output_schema": schema});
        let handler = Prompt::new(gateway().1);
        let Outcome::Done(answer) = handler.run(&context(), config, Payload::default()).await else {
            panic!()
        };
        assert_eq!(answer.output, json!({"n": 3}));
    }

    #[tokio::test]
    async fn a_model_without_a_key_is_a_failure_for_good() {
        let config = json!({"prompt": "Hello", "model": "gpt-4o"});
        let outcome = Prompt::new(gateway().1).run(&context(), config, Payload::default()).await;
        assert!(
            matches!(outcome, Outcome::Failed(failure) if !failure.retryable && failure.code == "no_provider_key")
        );
    }

    #[tokio::test]
    async fn a_secret_is_not_told_to_a_model() {
        let mut context = context();
        context.secrets_used = vec![SecretUse { name: "KEY".to_owned(), hosts: Vec::new() }];
        let config = json!({"prompt": "canary", "model": "echo"});
        let outcome = Prompt::new(gateway().1).run(&context, config, Payload::default()).await;
        assert!(matches!(outcome, Outcome::Failed(failure) if failure.code == "secret_not_allowed"));
    }
}
