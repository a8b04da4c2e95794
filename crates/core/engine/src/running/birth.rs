use std::sync::Arc;
use std::sync::atomic::Ordering;

use flow::Payload;
use flow::organism::Organism;
use flow::run::{Budget, Command, Event, Seq, TestRun, adopt};
use journal::{Birth, Claim, DueSchedule, FlowStatus, Progress, Tick, TriggerKind};
use kit::Timestamp;
use kit::ids::{ExecutionId, FlowId, OwnerId, TriggerId, VersionId};
use kit::trace::{Side, Span, Trace};
use serde_json::{Value as Json, json};

use super::called::Call;
use super::reply::Reply;
use super::run::{Origin, Run};
use super::secrets::OpenSecrets;
use super::started::Started;
use super::traced::{self, Traced};
use super::turn::turn;
use crate::engine::CUT_OFF;
use crate::plan::Plan;
use crate::{Engine, Error, Result};

/// How often a flow may change under a birth before the caller is told.
const MOST_CHANGES: u32 = 3;

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
    /// What a called execution has to know of the one that calls it.
    pub caller: Option<Json>,
    /// What is different because it only tries something out.
    pub test: Option<Arc<TestRun>>,
    /// What the trigger had brought, when `payload` is what a listener takes that is tested alone.
    pub trigger_payload: Option<Json>,
}

/// What an execution begins with.
enum Beginning {
    /// Its trigger's message.
    Message { payload: Payload, facts: Payload, test: Option<Arc<TestRun>> },
    /// What another execution recorded, but for a step and what follows from it.
    Recorded { events: Vec<Event>, from: Seq, facts: Payload },
}

/// Why an execution is born.
pub(crate) struct Cause {
    pub(crate) owner: OwnerId,
    pub(crate) flow: FlowId,
    pub(crate) version: VersionId,
    /// Whether that is what the flow is to run: if it runs another by now, that one is meant.
    pub(crate) is_current: bool,
    pub(crate) trigger: Option<TriggerId>,
    pub(crate) kind: TriggerKind,
    pub(crate) claim: Option<Claim>,
    /// How it is called, when another execution does.
    pub(crate) call: Option<Call>,
    /// Whether whoever starts it wants to hear what models say in it, from the first word on.
    pub(crate) listens: bool,
}

impl Engine {
    /// A person starts a flow with a payload.
    pub async fn run(&self, owner: OwnerId, flow: FlowId, payload: Json) -> Result<Started> {
        let found = self.get_flow(owner, flow).await?;
        let version = runs(found.status, found.version)?;
        let cause = Cause {
            owner,
            flow,
            version,
            is_current: true,
            trigger: None,
            kind: TriggerKind::Manual,
            claim: None,
            call: None,
            listens: false,
        };
        self.birth(cause, Message { payload, ..Message::default() }).await
    }

    /// A schedule's tick; refused with `TickTaken` when it has fired already.
    pub(crate) async fn tick(&self, due: &DueSchedule, tick: Tick, payload: Json) -> Result<Started> {
        let (owner, flow, trigger) = (due.trigger.owner, due.trigger.flow, Some(due.trigger.id));
        let version = runs(FlowStatus::Running, due.version)?;
        let message = Message { payload, time: Some(tick.fires), ..Message::default() };
        let claim = Some(Claim::Tick(tick));
        let cause = Cause {
            owner,
            flow,
            version,
            is_current: true,
            trigger,
            kind: TriggerKind::Schedule,
            claim,
            call: None,
            listens: false,
        };
        // Nobody asked: what it causes begins a trace of its own.
        let span = Span::first(Side::Internal, "schedule", &Trace::default());
        span.trace().around(self.birth(cause, message)).await
    }

    /// An execution that a message begins.
    pub(crate) async fn birth(&self, cause: Cause, message: Message) -> Result<Started> {
        let started_at = self.now();
        let mut facts = json!({
            "headers": message.headers, "query": message.query, "method": message.method,
            "time": message.time.unwrap_or(started_at),
        });
        if let Some(original) = message.replay_of {
            facts["replayOf"] = json!(original);
        }
        if let Some(caller) = message.caller {
            facts["caller"] = caller;
        }
        if let Some(payload) = message.trigger_payload {
            facts["payload"] = payload;
        }
        traced::remember(&mut facts);
        let (payload, facts) = (Payload::new(message.payload), Payload::new(facts));
        let beginning = Beginning::Message { payload, facts, test: message.test };
        self.begin_with(cause, beginning, started_at).await
    }

    /// An execution that runs another one, of which all events are given, again from a step.
    pub(crate) async fn birth_from(
        &self,
        cause: Cause,
        original: ExecutionId,
        (events, from): (Vec<Event>, u32),
    ) -> Result<Started> {
        let Some(Event::Started { facts, .. }) = events.first() else {
            return Err(Error::NotFound("execution"));
        };
        let mut facts = facts.json().clone();
        facts["replayOf"] = json!(original);
        facts["fromStep"] = json!(from);
        // Whoever called the original has its answer.
        if let Some(facts) = facts.as_object_mut() {
            facts.remove("caller");
        }
        traced::remember(&mut facts);
        let beginning = Beginning::Recorded { events, from: Seq(from), facts: Payload::new(facts) };
        self.begin_with(cause, beginning, self.now()).await
    }

    async fn begin_with(
        &self,
        mut cause: Cause,
        beginning: Beginning,
        started_at: Timestamp,
    ) -> Result<Started> {
        self.check_ready()?;
        let mut tries = 0;
        loop {
            match self.bear(&cause, &beginning, started_at).await {
                Err(Error::Journal(journal::Error::FlowChanged))
                    if tries < MOST_CHANGES && cause.is_current =>
                {
                    // It was stopped, or stopped, changed and started, after it was looked up.
                    tries += 1;
                    self.0.webhooks.clear();
                    let found = self.get_flow(cause.owner, cause.flow).await?;
                    cause.version = runs(found.status, found.version)?;
                }
                outcome => return outcome,
            }
        }
    }

    /// The first turn and the first commit; then the execution lives by itself, or waits for its turn.
    async fn bear(&self, cause: &Cause, beginning: &Beginning, started_at: Timestamp) -> Result<Started> {
        let plan = self.plan(cause.version).await?;
        let start = beginning.command(&plan.organism, cause.call.map(|call| call.budget))?;
        let terms = self.0.parts.admission.terms(cause.owner).await.map_err(Error::Keeper)?;
        let origin = Origin {
            id: cause.call.map_or_else(|| self.sources().id(), |call| call.id),
            flow: cause.flow,
            owner: cause.owner,
            tier: terms.tier,
            node: self.node(),
            epoch: 1,
            started_at,
        };
        // What is called takes no slot: its caller may hold the last one. Before a test somebody sits and waits.
        let is_called = cause.call.is_some();
        let takes_slot = !is_called && cause.kind != TriggerKind::Test;
        let waits =
            takes_slot && (plan.organism.concurrency.is_some() || self.0.is_full.load(Ordering::Relaxed));
        let is_run = !is_called && !beginning.is_of_one_listener();
        let mut run = self.prepare_run(origin, plan).await?;
        run.birth = Some(Birth {
            version: cause.version,
            is_current: cause.is_current,
            trigger: cause.trigger,
            trigger_kind: cause.kind,
            runs_limit: terms.runs_limit.filter(|_| is_run),
            is_run,
            caller: cause.call.map(|call| call.caller),
            claim: cause.claim.clone(),
        });
        run.decide(start, started_at, 0.0);
        run.traced = Traced::of(run.id, run.state.trigger());
        let progress = if waits && run.state.end.is_none() {
            Progress::Queued { at: started_at }
        } else if is_called {
            // Its first turn may be its last, and its caller is told of that in a commit of its own.
            Progress::Leased
        } else {
            turn(&mut run, &self.0.parts.registry, self.sources());
            run.progress(self.now(), run.has_calls_to_make())
        };
        let hearing = cause.listens.then(|| self.0.voices.hear(run.id));
        // Whoever asked may go away meanwhile; what is on disk then has somebody who drives it.
        let engine = self.clone();
        let delivered = self.0.tasks.spawn(async move { engine.deliver(run, progress).await });
        tokio::select! {
            delivered = delivered => delivered
                .unwrap_or(Err(Error::NotReady("closing")))
                .map(|started| started.heard_by(hearing)),
            () = self.cut_off() => Err(CUT_OFF),
        }
    }

    async fn deliver(&self, mut run: Run, progress: Progress) -> Result<Started> {
        let (id, owner, flow) = (run.id, run.owner, run.flow);
        // Whoever comes to run it finds the caller.
        let (reply, receiver) = Reply::new();
        let (drives, waits) = (progress == Progress::Leased, matches!(progress, Progress::Queued { .. }));
        let wake_at = run.wake_at_of(&progress);
        let turn = run.traced.turn(id);
        // It sits before it is on disk: what is leased to this node and has no seat here is a stray.
        let seat = drives.then(|| self.sit(id, run.epoch));
        if let Some(commit) = run.take_commit(progress.clone(), self.sources()) {
            self.journal().commit(commit).await?;
        }
        drop(turn);
        run.traced.end((id, flow), &run.state, &progress);
        metrics::counter!("bloxserver_executions_started_total").increment(1);
        reply.publish(&run.state);
        self.tell(id);
        if let Some(seat) = seat {
            self.drive(run, seat, reply);
        } else if run.state.end.is_none() {
            self.keep_caller(id, reply);
            self.sleeps_until(wake_at);
            if waits {
                self.look_soon();
            }
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

impl Beginning {
    fn is_of_one_listener(&self) -> bool {
        matches!(self, Self::Message { test: Some(test), .. } if test.alone.is_some())
    }

    fn command(&self, organism: &Organism, budget: Option<Budget>) -> Result<Command> {
        Ok(match self {
            Self::Message { payload, facts, test } => {
                Command::Start { payload: payload.clone(), facts: facts.clone(), budget, test: test.clone() }
            }
            Self::Recorded { events, from, facts } => {
                Command::Adopt(adopt(organism, events, *from, facts.clone())?)
            }
        })
    }
}

pub(crate) fn runs(status: FlowStatus, version: Option<VersionId>) -> Result<VersionId> {
    match (status, version) {
        (FlowStatus::Running, Some(version)) => Ok(version),
        _ => Err(Error::FlowNotRunning { status: status.as_str() }),
    }
}
