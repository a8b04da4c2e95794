use std::sync::Arc;

use flow::Payload;
use flow::run::Command;
use journal::{Birth, Claim, DueSchedule, FlowStatus, Tick, TriggerKind};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId, TriggerId, VersionId};
use serde_json::{Value as Json, json};
use tokio::sync::watch;

use super::drive::publish;
use super::run::{Origin, Run};
use super::secrets::OpenSecrets;
use super::started::Started;
use super::turn::turn;
use crate::plan::Plan;
use crate::{Engine, Error, Result};

/// What a trigger hands over.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The body.
    pub payload: Json,
    /// Header names in lower case.
    pub headers: Json,
    /// Query parameters.
    pub query: Json,
    /// The HTTP method.
    pub method: Option<String>,
    /// The moment it stands for, when that is not now: a schedule's tick.
    pub time: Option<Timestamp>,
    /// The execution that is run again.
    pub replay_of: Option<ExecutionId>,
}

/// Why an execution is born.
pub(crate) struct Cause {
    pub(crate) owner: OwnerId,
    pub(crate) flow: FlowId,
    pub(crate) version: VersionId,
    pub(crate) trigger: Option<TriggerId>,
    pub(crate) kind: TriggerKind,
    pub(crate) claim: Option<Claim>,
}

impl Engine {
    /// A person starts a flow with a payload.
    pub async fn run(&self, owner: OwnerId, flow: FlowId, payload: Json) -> Result<Started> {
        let found = self.get_flow(owner, flow).await?;
        let version = runs(found.status, found.version)?;
        let cause = Cause { owner, flow, version, trigger: None, kind: TriggerKind::Manual, claim: None };
        self.birth(cause, Message { payload, ..Message::default() }).await
    }

    /// A schedule's tick; refused with `TickTaken` when it has fired already.
    pub(crate) async fn tick(&self, due: &DueSchedule, tick: Tick, payload: Json) -> Result<Started> {
        let (owner, flow, trigger) = (due.trigger.owner, due.trigger.flow, Some(due.trigger.id));
        let version = runs(FlowStatus::Running, due.version)?;
        let message = Message { payload, time: Some(tick.fires), ..Message::default() };
        let claim = Some(Claim::Tick(tick));
        let cause = Cause { owner, flow, version, trigger, kind: TriggerKind::Schedule, claim };
        self.birth(cause, message).await
    }

    pub(crate) async fn birth(&self, cause: Cause, message: Message) -> Result<Started> {
        self.check_ready()?;
        let plan = self.plan(cause.version).await?;
        let terms = self.0.parts.admission.terms(cause.owner).await.map_err(Error::Keeper)?;
        let started_at = self.sources().clock.now();
        let origin = Origin {
            id: self.sources().id(),
            flow: cause.flow,
            owner: cause.owner,
            tier: terms.tier,
            node: self.node(),
            epoch: 1,
            started_at,
        };
        let mut run = self.prepare_run(origin, plan).await?;
        run.birth = Some(Birth {
            version: cause.version,
            trigger: cause.trigger,
            trigger_kind: cause.kind,
            runs_limit: terms.runs_limit,
            claim: cause.claim,
        });
        let mut facts = json!({
            "headers": message.headers, "query": message.query, "method": message.method,
            "time": message.time.unwrap_or(started_at),
        });
        if let Some(original) = message.replay_of {
            facts["replayOf"] = json!(original);
        }
        let (payload, facts) = (Payload::new(message.payload), Payload::new(facts));
        run.decide(Command::Start { payload, facts, budget: None }, started_at, 0.0);
        self.deliver(run).await
    }

    /// The first turn and the first commit; then the execution lives by itself.
    async fn deliver(&self, mut run: Run) -> Result<Started> {
        let more = turn(&mut run, &self.0.parts.registry, self.sources());
        let (reply, receiver) = watch::channel(None);
        let (id, owner, flow) = (run.id, run.owner, run.flow);
        if let Some(commit) = run.take_commit(self.sources().clock.now()) {
            self.journal().commit(commit).await?;
        }
        metrics::counter!("bloxserver_executions_started_total").increment(1);
        publish(&run, &reply);
        if run.state.end.is_none() || more {
            self.drive(run, reply);
        } else {
            self.tell(id);
        }
        Ok(Started::here(self, (id, owner, flow), receiver))
    }

    pub(super) async fn prepare_run(&self, origin: Origin, plan: Arc<Plan>) -> Result<Run> {
        let keeper = &self.0.parts.keeper;
        let vars = match plan.uses_variables {
            true => keeper.variables(origin.owner, origin.flow).await.map_err(Error::Keeper)?,
            false => json!({}),
        };
        let secrets = match plan.uses_secrets {
            true => keeper.secrets(origin.owner, origin.flow).await.map_err(Error::Keeper)?,
            false => std::collections::HashMap::new(),
        };
        Ok(Run::new(origin, plan, Payload::new(vars), Arc::new(OpenSecrets::new(secrets))))
    }
}

pub(crate) fn runs(status: FlowStatus, version: Option<VersionId>) -> Result<VersionId> {
    match (status, version) {
        (FlowStatus::Running, Some(version)) => Ok(version),
        _ => Err(Error::FlowNotRunning { status: status.as_str() }),
    }
}
