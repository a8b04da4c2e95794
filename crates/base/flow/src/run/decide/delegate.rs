use std::sync::Arc;

use serde_json::Value as Json;

use super::Decision;
use crate::Payload;
use crate::expression::Template;
use crate::run::stage::Stage;
use crate::run::{Budget, Event, Failure, Seq, Spent, TokenId};

impl Decision<'_> {
    /// A `flow` takes its message: another flow of the same owner is to run, with what remains here.
    pub(super) fn delegate(&mut self, id: TokenId, flow: &Arc<str>, input: Option<&Template>) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        let depth = self.state.frames.get(&token.frame).map_or(0, |frame| frame.depth) + 1;
        let input = match input.map(|input| self.rendered(id, input)).transpose() {
            Ok(rendered) => rendered.map_or_else(|| self.state.ledger.input(id), Payload::new),
            Err(error) => return self.fail(id, None, 1, error),
        };
        let (flow, budget) = (Arc::clone(flow), self.remaining(depth));
        self.emit(Event::Delegated { token: id, listener, flow, input, budget });
    }

    /// A called flow is over.
    pub(super) fn take_back(&mut self, step: Seq, outcome: Result<Json, Failure>, spent: Spent) {
        let Some((id, token)) = self.state.token_of(step) else { return };
        if !matches!(token.stage, Stage::Delegated(_)) {
            return;
        }
        let at = token.at;
        let outcome = outcome.and_then(|output| match self.output_objection(at, &output) {
            Some(error) => Err(error),
            None => Ok(output),
        });
        match outcome {
            Ok(output) => {
                let to = self.onward(id, &self.organism.listener(at).next);
                self.emit(Event::Returned { step, output: Payload::new(output), spent, to });
                self.warn_of_budget();
            }
            Err(error) => self.fail_with(id, (Some(step), 1), error, Some(spent)),
        }
    }

    fn remaining(&self, depth: u32) -> Budget {
        let state = &self.state;
        let active_ms = state.most_active_ms(self.organism).saturating_sub(state.active_ms);
        Budget {
            tokens: state.most_tokens(self.organism).saturating_sub(state.tokens_used + state.index.reserved),
            active_ms,
            steps: state.most_steps().saturating_sub(state.steps),
            depth,
        }
    }
}
