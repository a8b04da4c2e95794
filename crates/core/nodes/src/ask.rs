//! One call of a model on behalf of a step: what `prompt` and `agent` share.

use engine::{Context, Usage};
use llm::{Caller, ChatAnswer, ChatRequest, Finish, Gateway, KeyPolicy, Strategy, Threshold};
use serde::Deserialize;

use crate::Error;
use crate::error::refuse_secrets;

/// How a model is asked: what the flow's `llm` section says, put into the config of its listeners.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Manner {
    strategy: Option<Strategy>,
    similarity: Option<f64>,
}

/// Asks the gateway in the name of the flow's owner.
pub(crate) async fn ask(
    gateway: &Gateway,
    context: &Context,
    (request, manner): (ChatRequest, Manner),
) -> Result<ChatAnswer, Error> {
    refuse_secrets(context, "a prompt")?;
    let caller = Caller {
        owner: context.owner,
        tier: context.tier.clone(),
        flow: Some(context.flow),
        execution: Some(context.execution),
        step: Some(context.step_key.clone()),
        keys: KeyPolicy::default(),
        strategy: manner.strategy.unwrap_or_default(),
        similarity: manner.similarity.and_then(Threshold::new),
    };
    if !context.voice.is_heard() {
        return Ok(gateway.chat(&caller, request).await?);
    }
    let voice = context.voice.clone();
    Ok(gateway.chat_aloud(&caller, request, move |text| voice.say(text)).await?)
}

/// Refuses an answer that is not all there: half a JSON text or half a tool call looks like a wrong one.
pub(crate) fn check_complete(answer: &ChatAnswer) -> Result<(), Error> {
    match answer.finish {
        Finish::Length => Err(Error::CutAnswer),
        Finish::Refused if answer.calls.is_empty() && is_blank(answer) => Err(Error::Declined),
        _ => Ok(()),
    }
}

fn is_blank(answer: &ChatAnswer) -> bool {
    answer.text.as_ref().is_none_or(|text| text.trim().is_empty())
}

/// What the journal keeps of the cost.
pub(crate) fn usage(answer: &ChatAnswer) -> Usage {
    Usage {
        model: answer.model.clone(),
        input_tokens: answer.usage.input_tokens,
        output_tokens: answer.usage.output_tokens,
        simulated: answer.simulated,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::chat_answer;

    #[test]
    fn the_cost_is_kept_as_it_was_counted() {
        let usage = usage(&chat_answer(Some("hi")));
        assert_eq!((usage.model.as_str(), usage.input_tokens, usage.output_tokens), ("model-1", 11, 7));
    }

    #[test]
    fn half_an_answer_is_none() {
        let of = |text, finish| check_complete(&ChatAnswer { finish, ..chat_answer(text) });
        assert!(matches!(of(Some("{\"a\": "), Finish::Length), Err(Error::CutAnswer)));
        assert!(matches!(of(None, Finish::Refused), Err(Error::Declined)));
        assert!(of(Some("I would rather not"), Finish::Refused).is_ok());
        assert!(of(Some("done"), Finish::Stop).is_ok() && of(None, Finish::ToolCalls).is_ok());
    }
}
