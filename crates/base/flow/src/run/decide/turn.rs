use serde_json::Value as Json;

use super::Decision;
use crate::Payload;
use crate::organism::{Agent, ListenerIndex, Work};
use crate::run::agent::tool_name;
use crate::run::stage::Stage;
use crate::run::{Call, Event, Failure, Seq, TokenId, Usage};

/// Calls that one answer of a model may make; more are as if they were not said.
const MOST_CALLS: usize = 128;

impl Decision<'_> {
    /// A model has answered a turn: with calls, or with the agent's answer.
    pub(super) fn turn(
        &mut self,
        id: TokenId,
        (step, attempt): (Seq, u32),
        output: &Json,
        usage: Option<Usage>,
    ) {
        let Some(token) = self.token(id) else { return };
        let at = token.at;
        let organism = self.organism;
        let Work::Agent(agent) = &organism.listener(at).work else { return };
        let content = output["content"].as_str().map(str::to_owned);
        let mut calls: Vec<Call> = serde_json::from_value(output["calls"].clone()).unwrap_or_default();
        calls.truncate(MOST_CALLS);
        if !calls.is_empty() {
            self.emit(Event::Turned { step, attempt, content, calls: calls.clone(), usage });
            for (place, call) in (0_u16..).zip(&calls) {
                self.call(step, place, call, (at, agent));
            }
            self.warn_of_budget();
            return;
        }
        match self.structured(at, content.as_deref()) {
            Ok(answer) => {
                let to = self.onward(id, &organism.listener(at).next);
                self.emit(Event::Finished { step, attempt, output: Payload::new(answer), usage, to });
            }
            Err(objection) => self.emit(Event::Corrected { step, attempt, content, objection, usage }),
        }
        self.warn_of_budget();
    }

    /// All calls of the latest turn are answered: asks the model again, within its turns and its budget.
    pub(in crate::run) fn next_turn(&mut self, id: TokenId) {
        let Some(token) = self.token(id) else { return };
        let listener = self.organism.listener(token.at);
        let (Work::Agent(agent), Stage::Agent(looped)) = (&listener.work, &token.stage) else { return };
        let taken = u32::try_from(looped.turns.len()).unwrap_or(u32::MAX);
        let last = looped.turns.last().map(|turn| turn.step);
        if taken >= agent.max_turns {
            let message =
                format!("no answer after {taken} turns: raise max_turns, or make the prompt clearer");
            return self.fail(id, last, 1, Failure::permanent("max_turns", message));
        }
        if !self.guarded(id) {
            self.begin(id);
        }
    }

    fn call(&mut self, step: Seq, place: u16, call: &Call, (own, agent): (ListenerIndex, &Agent)) {
        let organism = self.organism;
        // An agent may always address itself.
        let mut reachable = agent.peers.iter().copied().chain([own]);
        let peer = reachable.find(|peer| tool_name(&organism.listener(*peer).name) == call.name);
        let objection = match peer {
            None => Some(format!("there is no tool `{}`", call.name)),
            Some(_) if !call.arguments.is_object() => Some("the arguments are not a JSON object".to_owned()),
            Some(peer) => {
                let schema = organism.listener(peer).input.as_ref();
                schema.and_then(|schema| schema.objection(&call.arguments))
            }
        };
        match (objection, peer) {
            (None, Some(peer)) => {
                let (arguments, to) = (Payload::new(call.arguments.clone()), self.names(&[peer]));
                self.emit(Event::Called { step, call: place, arguments, to });
            }
            (objection, _) => {
                let message = objection.unwrap_or_default();
                self.emit(Event::Rejected { step, call: place, message });
            }
        }
    }

    /// The agent's answer: its text, or the JSON that its `output` schema asks for.
    fn structured(&self, at: ListenerIndex, content: Option<&str>) -> Result<Json, String> {
        let text = content.unwrap_or_default();
        let Some(schema) = &self.organism.listener(at).output else {
            return Ok(Json::String(text.to_owned()));
        };
        let ask = "Answer again with nothing but JSON that fits the schema.";
        let answer = serde_json::from_str(unfenced(text));
        let answer: Json = answer.map_err(|error| format!("The answer is not JSON ({error}). {ask}"))?;
        match schema.objection(&answer) {
            None => Ok(answer),
            Some(objection) => Err(format!("The answer does not fit: {objection}. {ask}")),
        }
    }
}

/// Models like to wrap JSON in a fence of Markdown.
fn unfenced(text: &str) -> &str {
    let trimmed = text.trim();
    let inner = trimmed.strip_prefix("```json").or_else(|| trimmed.strip_prefix("```"));
    inner.and_then(|inner| inner.strip_suffix("```")).map_or(trimmed, str::trim)
}
