use std::sync::Arc;

use super::Decision;
use crate::Payload;
use crate::expression::{ExpressionError, Template};
use crate::organism::{Case, ListenerIndex, Work};
use crate::run::config::failure;
use crate::run::stage::Stage;
use crate::run::{Event, Failure, TokenId, scope};

impl Decision<'_> {
    /// A listener whose work the core decides takes its message.
    pub(super) fn pass(&mut self, id: TokenId) {
        let Some(token) = self.token(id).filter(|token| token.stage == Stage::Ready) else { return };
        let at = token.at;
        let organism = self.organism;
        if self.guarded(id) {
            return;
        }
        if let Some(error) = self.objection(id, at) {
            return self.fail(id, None, 1, error);
        }
        if let Some(pin) = self.state.pinned(organism, at).cloned() {
            return self.hand_on(id, Some(pin));
        }
        match &organism.listener(at).work {
            Work::Branch { cases, otherwise } => self.branch(id, cases, otherwise),
            Work::Merge(_) => {
                let listener = Arc::clone(&organism.listener(at).name);
                self.emit(Event::Held { token: id, listener });
            }
            Work::Output { payload, status } => self.output(id, payload.as_ref(), status.as_ref()),
            Work::Each(each) => self.list(id, each),
            Work::Delay(delay) => self.delay(id, delay),
            Work::Approval(approval) => self.ask(id, approval),
            Work::Flow { flow, input } => self.delegate(id, flow, input.as_ref()),
            _ => {}
        }
    }

    fn branch(&mut self, id: TokenId, cases: &[Case], otherwise: &[ListenerIndex]) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        let (case, next) = match self.matching(id, cases) {
            Ok(Some(number)) => (Some(format!("case-{number}")), cases[number].next.as_slice()),
            Ok(None) if otherwise.is_empty() => (None, otherwise),
            Ok(None) => (Some("otherwise".to_owned()), otherwise),
            Err(error) => return self.fail(id, None, 1, failure(&error)),
        };
        let to = self.onward(id, next);
        self.emit(Event::Passed { token: id, listener, output: None, case, status: None, to });
    }

    fn matching(&self, id: TokenId, cases: &[Case]) -> Result<Option<usize>, ExpressionError> {
        let scope = scope(self.state, id, self.surroundings, None);
        for (number, case) in cases.iter().enumerate() {
            if case.when.holds(&scope)? {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn output(&mut self, id: TokenId, payload: Option<&Template>, status: Option<&Template>) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        match self.result(id, payload, status) {
            Ok((output, status)) => {
                self.emit(Event::Passed { token: id, listener, output, case: None, status, to: Vec::new() });
            }
            Err(error) => self.fail(id, None, 1, error),
        }
    }

    fn result(
        &self,
        id: TokenId,
        payload: Option<&Template>,
        status: Option<&Template>,
    ) -> Result<(Option<Payload>, Option<u16>), Failure> {
        let scope = scope(self.state, id, self.surroundings, None);
        let render = |template: &Template| template.render(&scope).map_err(|error| failure(&error));
        let output = payload.map(render).transpose()?.map(Payload::new);
        let Some(status) = status.map(render).transpose()? else { return Ok((output, None)) };
        let number = status.as_u64().or_else(|| status.as_str()?.trim().parse().ok());
        match number
            .and_then(|number| u16::try_from(number).ok())
            .filter(|number| (200..600).contains(number))
        {
            Some(number) => Ok((output, Some(number))),
            None => {
                let message = format!("status is {status}, not an HTTP status from 200 to 599");
                Err(Failure::permanent("bad_status", message))
            }
        }
    }
}
