//! Executions that call other flows: whom they call is born, and ended when nobody waits for it any more.

use std::time::Duration;

use flow::run::{Budget, Command, Event, Failure, Seq, Spent};
use journal::{Flow, Recorded, TriggerKind};
use kit::ids::{ExecutionId, FlowId, OwnerId};
use kit::{Kind, Problem, Timestamp};
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::birth::{Cause, Message, runs};
use super::run::Run;
use crate::{Engine, Error, Result};

/// How long a call waits that cannot be made just now.
const PAUSE: Duration = Duration::from_millis(500);
/// Executions without a caller that one look ends.
const MOST_LEFT_BEHIND: u32 = 100;

/// How an execution is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// The id that it gets: it follows from the step, so that a call that is made again makes nothing new.
    pub(super) id: ExecutionId,
    /// The execution that waits for it.
    pub(super) caller: ExecutionId,
    /// What it may use.
    pub(super) budget: Budget,
}

/// The execution that a step calls: its id is that of the moment and of the step.
pub(crate) fn called_id(caller: ExecutionId, step: Seq, at: Timestamp) -> ExecutionId {
    let hash = Sha256::new().chain_update(caller.as_bytes()).chain_update(step.0.to_le_bytes()).finalize();
    let mut bits = [0; 16];
    bits.copy_from_slice(&hash[..16]);
    ExecutionId::at(at, u128::from_le_bytes(bits))
}

impl Run {
    /// Whether it calls flows that have not begun yet.
    pub(super) fn has_calls_to_make(&self) -> bool {
        self.state.end.is_none() && self.state.delegated().iter().any(|step| !self.called.contains_key(step))
    }
}

impl Engine {
    /// Makes the calls that a run has decided and ends those that it does not wait for any more; answers whether it made
    /// one.
    pub(super) async fn make_calls(&self, run: &mut Run) -> bool {
        let is_over = run.state.end.is_some();
        if run.called.is_empty() && (is_over || run.state.delegated().is_empty()) {
            return false;
        }
        let wanted = if is_over { Vec::new() } else { run.state.delegated().iter().copied().collect() };
        let unwanted: Vec<_> = run.called.extract_if(.., |step, _| !wanted.contains(step)).collect();
        for (_, id) in unwanted {
            self.end_called(id).await;
        }
        let mut has_made = false;
        for step in wanted {
            if !run.called.contains_key(&step) {
                self.make_call(run, step).await;
                has_made = true;
            }
        }
        has_made
    }

    /// Whom a run called before it was taken up, so that its end ends them too.
    pub(super) async fn remember_called(&self, run: &mut Run) -> Result<()> {
        let steps: Vec<Seq> = run.state.delegated().iter().copied().collect();
        for step in steps {
            let recorded = self.journal().events(run.id, step.0, 1).await?.into_iter().next();
            let Some(id) = recorded.map(|recorded| called_id(run.id, step, recorded.at)) else { continue };
            if self.journal().is_there(id).await? {
                run.called.insert(step, id);
            }
        }
        Ok(())
    }

    /// Makes one call, or records why it cannot be made.
    async fn make_call(&self, run: &mut Run, step: Seq) {
        loop {
            match self.call_flow(run, step).await {
                Ok(id) => {
                    run.called.insert(step, id);
                    return;
                }
                Err(error) if matches!(error.kind(), Kind::Unavailable | Kind::Internal) => {
                    tracing::warn!(execution = %run.id, %error, "a flow could not be called; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
                Err(error) => {
                    let outcome = Err(Failure::permanent(error.code(), error.to_string()));
                    let command = Command::Return { step, outcome, spent: Spent::default() };
                    run.decide(command, self.now(), 0.0);
                    return;
                }
            }
        }
    }

    async fn call_flow(&self, run: &Run, step: Seq) -> Result<ExecutionId> {
        let recorded = self.journal().events(run.id, step.0, 1).await?.into_iter().next();
        let Some(Recorded { at, event: Event::Delegated { flow, input, budget, .. } }) = recorded else {
            return Err(Error::NotFound("call"));
        };
        let id = called_id(run.id, step, at);
        if self.journal().is_there(id).await? {
            return Ok(id);
        }
        let found = self.flow_called(run.owner, &flow).await?;
        let version = runs(found.status, found.version)?;
        let call = Some(Call { id, caller: run.id, budget });
        let cause = Cause {
            owner: run.owner,
            flow: found.id,
            version,
            is_current: true,
            trigger: None,
            kind: TriggerKind::Flow,
            claim: None,
            call,
            listens: false,
        };
        let facts = json!({ "executionId": run.id, "flowId": run.flow, "step": step });
        let message = Message { payload: input.json().clone(), caller: Some(facts), ..Message::default() };
        run.traced.own().clone().around(Box::pin(self.birth(cause, message))).await?;
        Ok(id)
    }

    /// A flow of an owner by its name or id.
    async fn flow_called(&self, owner: OwnerId, name: &str) -> Result<Flow> {
        let unknown = || Error::UnknownFlow { name: name.to_owned() };
        let by_id = match name.parse::<FlowId>() {
            Ok(id) => self.journal().flow(owner, id).await?,
            Err(_) => None,
        };
        if let Some(found) = by_id {
            return Ok(found);
        }
        match self.journal().flows_named(owner, name).await?[..] {
            [] => Err(unknown()),
            [id] => self.journal().flow(owner, id).await?.ok_or_else(unknown),
            _ => Err(Error::AmbiguousFlow { name: name.to_owned() }),
        }
    }

    /// Ends a called execution for which nobody waits.
    async fn end_called(&self, id: ExecutionId) {
        let error =
            Failure::permanent("cancelled", "the execution that called it does not wait for it any more");
        if let Err(error) = self.send(id, "cancel", &Command::Stop { error }).await {
            // The next look at those left behind finds it.
            tracing::warn!(execution = %id, %error, "a called execution could not be ended");
        }
    }

    /// Ends what was called by executions that are over: a crash came between their end and this.
    pub(super) async fn end_left_behind(&self) -> Result<()> {
        for id in self.journal().left_behind(MOST_LEFT_BEHIND).await? {
            self.end_called(id).await;
        }
        Ok(())
    }
}

/// Who called an execution, as the facts of its beginning say; `None` for one that a trigger started.
pub(crate) fn caller_of(facts: &Json) -> Option<(ExecutionId, FlowId, Seq)> {
    let caller = facts.get("caller")?;
    let id = |name: &str| caller[name].as_str();
    let step = u32::try_from(caller["step"].as_u64()?).ok()?;
    Some((id("executionId")?.parse().ok()?, id("flowId")?.parse().ok()?, Seq(step)))
}

/// What a called execution answers its caller.
pub(super) fn answer(run: &Run) -> Option<(ExecutionId, Command)> {
    let end = run.state.end.as_ref()?;
    let (caller, _, step) = caller_of(run.state.trigger().json())?;
    let outcome = match &end.error {
        None => Ok(run.state.output().unwrap_or_default().json().clone()),
        Some(error) => {
            let message = format!("{}: {}", run.plan.organism.name, error.message);
            Err(Failure::permanent(&error.code, message))
        }
    };
    Some((caller, Command::Return { step, outcome, spent: run.state.spent() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_is_made_again_has_the_same_id_and_no_other_call_has() {
        let (caller, at) = (ExecutionId::from_u128(1), Timestamp::from_millis(1_700_000_000_000));
        let id = called_id(caller, Seq(3), at);
        assert_eq!(id, called_id(caller, Seq(3), at));
        assert_ne!(id, called_id(caller, Seq(4), at));
        assert_ne!(id, called_id(ExecutionId::from_u128(2), Seq(3), at));
        assert!(id.to_string().starts_with("018bcfe5-6800-7"), "{id}");
    }

    #[test]
    fn only_what_was_called_has_a_caller() {
        let id = ExecutionId::from_u128(7);
        let facts = json!({"headers": null, "caller": {"executionId": id, "flowId": id, "step": 4}});
        assert_eq!(caller_of(&facts).map(|(caller, _, step)| (caller, step)), Some((id, Seq(4))));
        for none in [
            json!({}),
            json!({"caller": {}}),
            json!({"caller": {"executionId": "x", "flowId": id, "step": 1}}),
        ] {
            assert!(caller_of(&none).is_none());
        }
    }
}
