use std::sync::Arc;

use kit::Timestamp;
use serde_json::{Value as Json, json};

use super::Decision;
use crate::Payload;
use crate::expression::Template;
use crate::organism::{Approval, Delay, duration_ms};
use crate::run::config::failure;
use crate::run::stage::Stage;
use crate::run::{Awaited, Event, Failure, Seq, TokenId, Verdict, scope};

impl Decision<'_> {
    /// A `delay` takes its message.
    pub(super) fn delay(&mut self, id: TokenId, delay: &Delay) {
        let until = match delay {
            Delay::For(duration) => self.duration(id, "for", duration),
            Delay::Until(moment) => self.moment(id, moment),
        };
        self.wait(id, until.map(|until| Awaited::Time { until_ms: until.as_millis() }));
    }

    /// An `approval` takes its message.
    pub(super) fn ask(&mut self, id: TokenId, approval: &Approval) {
        let awaits = self.rendered(id, &approval.message).and_then(|message| {
            let deadline = approval.deadline.as_ref().map(|deadline| self.duration(id, "deadline", deadline));
            Ok(Awaited::Person {
                message: message.as_str().map_or_else(|| message.to_string(), str::to_owned),
                deadline_ms: deadline.transpose()?.map(Timestamp::as_millis),
                default: approval.default,
            })
        });
        self.wait(id, awaits);
    }

    /// What a message waited for is due.
    pub(super) fn wake(&mut self, id: TokenId) {
        let Some(token) = self.token(id).filter(|token| token.stage.due() <= Some(self.now())) else {
            return;
        };
        let timeout_ms = self.organism.listener(token.at).timeout_ms;
        let late = Failure::permanent("timeout", format!("not done within {timeout_ms} ms"));
        match &token.stage {
            Stage::Waiting(_, Awaited::Time { .. }) => self.hand_on(id, None),
            Stage::Waiting(_, Awaited::Person { default, deadline_ms: Some(_), .. }) => {
                let approval = (*default, None, None);
                self.decided(id, approval);
            }
            Stage::Each(list) => self.fail(id, Some(list.list), 1, late),
            Stage::Delegated(delegation) => self.fail(id, Some(delegation.step), 1, late),
            _ => {}
        }
    }

    /// Somebody has decided an approval.
    pub(super) fn resolve(&mut self, wait: Seq, word: (Verdict, Option<String>, Option<String>)) {
        let Some((id, token)) = self.state.token_of(wait) else { return };
        if matches!(&token.stage, Stage::Waiting(since, Awaited::Person { .. }) if *since == wait) {
            self.decided(id, word);
        }
    }

    /// The input with `approval` added; an input that is no object becomes `{input, approval}`.
    fn decided(&mut self, id: TokenId, (verdict, by, comment): (Verdict, Option<String>, Option<String>)) {
        let approval =
            json!({ "decision": verdict, "by": by, "at": self.now().to_string(), "comment": comment });
        let input = self.state.ledger.input(id);
        let mut output = match input.json() {
            Json::Object(fields) => Json::Object(fields.clone()),
            other => json!({ "input": other }),
        };
        output["approval"] = approval;
        self.hand_on(id, Some(Payload::new(output)));
    }

    pub(super) fn hand_on(&mut self, id: TokenId, output: Option<Payload>) {
        let Some(token) = self.token(id) else { return };
        let listener = self.organism.listener(token.at);
        let (name, to) = (Arc::clone(&listener.name), self.onward(id, &listener.next));
        self.emit(Event::Passed { token: id, listener: name, output, case: None, status: None, to });
    }

    fn wait(&mut self, id: TokenId, awaits: Result<Awaited, Failure>) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        match awaits {
            Ok(awaits) => self.emit(Event::Waiting { token: id, listener, awaits }),
            Err(error) => self.fail(id, None, 1, error),
        }
    }

    fn duration(&self, id: TokenId, key: &str, template: &Template) -> Result<Timestamp, Failure> {
        let value = self.rendered(id, template)?;
        let pause_ms = duration_ms(&value).and_then(|ms| i64::try_from(ms).ok());
        pause_ms.map(|ms| self.now().plus_ms(ms)).ok_or_else(|| {
            let message = format!(
                "config.{key} is {value}: write 500ms, 10s, 5m, 12h or 2d, or a number of seconds, up to 365 days"
            );
            Failure::permanent("invalid_duration", message)
        })
    }

    fn moment(&self, id: TokenId, template: &Template) -> Result<Timestamp, Failure> {
        /// Nothing waits longer than a year.
        const LONGEST_MS: i64 = 366 * 86_400_000;
        let value = self.rendered(id, template)?;
        let moment = value.as_str().and_then(Timestamp::parse);
        moment.filter(|moment| moment.since_ms(self.now()) <= LONGEST_MS).ok_or_else(|| {
            let message = format!(
                "config.until is {value}: write a time such as 2030-01-31T09:00:00Z, at most a year ahead"
            );
            Failure::permanent("invalid_time", message)
        })
    }

    pub(super) fn rendered(&self, id: TokenId, template: &Template) -> Result<Json, Failure> {
        if self.token(id).is_none() {
            return Ok(Json::Null);
        }
        let rendered = template.render(&scope(self.state, id, self.surroundings, None));
        rendered.map_err(|error| failure(&error))
    }
}
