use std::collections::VecDeque;
use std::time::Duration;

use flow::run::{Event, StepEvent, Timeline};
use kit::ids::{ExecutionId, FlowId, OwnerId};
use serde_json::json;
use tokio::sync::broadcast;

use crate::running::{Hearing, Spoken, called_id};
use crate::{Engine, Result};

/// Events read at once.
const READ: u32 = 500;
/// How long a follower waits before it looks by itself: an event of another node makes no sound here.
const LOOK: Duration = Duration::from_millis(500);

/// Follows an execution's events until it ends.
pub struct Following {
    engine: Engine,
    id: ExecutionId,
    timeline: Timeline,
    read: u32,
    after: Option<u32>,
    told: VecDeque<StepEvent>,
    committed: broadcast::Receiver<ExecutionId>,
    is_over: bool,
    /// Once somebody asks for more than events.
    hearing: Option<Hearing>,
}

impl Engine {
    /// The events of an execution after a seq, in order, at most `limit`.
    pub async fn events(
        &self,
        owner: OwnerId,
        flow: FlowId,
        id: ExecutionId,
        (after, limit): (Option<u32>, usize),
    ) -> Result<Vec<StepEvent>> {
        let mut following = self.follow(owner, flow, id, after).await?;
        while following.read_more().await? {}
        Ok(following.told.into_iter().take(limit).collect())
    }

    /// Follows an execution from a seq on: what happened, then what happens.
    pub async fn follow(
        &self,
        owner: OwnerId,
        flow: FlowId,
        id: ExecutionId,
        after: Option<u32>,
    ) -> Result<Following> {
        self.execution(owner, flow, id).await?;
        Ok(Following {
            engine: self.clone(),
            id,
            timeline: Timeline::default(),
            read: 0,
            after,
            told: VecDeque::new(),
            committed: self.0.committed.subscribe(),
            is_over: false,
            hearing: None,
        })
    }
}

/// What a follower is told.
#[derive(Debug)]
pub enum Live {
    /// An event that is recorded.
    Event(Box<StepEvent>),
    /// What a model says while it says it; it is in no record until its step is done.
    Said(Spoken),
}

impl Following {
    /// The next event, or what a model on this node says meanwhile; `None` after the last event.
    pub async fn next_live(&mut self) -> Result<Option<Live>> {
        if self.hearing.is_none() {
            self.hearing = Some(self.engine.0.voices.hear(self.id));
        }
        loop {
            if let Some(event) = self.told.pop_front() {
                return Ok(Some(Live::Event(Box::new(event))));
            }
            if self.is_over {
                return Ok(None);
            }
            if self.read_more().await? {
                continue;
            }
            let Some(mut hearing) = self.hearing.take() else { continue };
            let said = tokio::select! {
                said = hearing.next() => Some(said),
                () = self.wait() => None,
            };
            self.hearing = Some(hearing);
            if let Some(said) = said {
                return Ok(Some(Live::Said(said)));
            }
        }
    }

    /// The next event; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<StepEvent>> {
        loop {
            if let Some(event) = self.told.pop_front() {
                return Ok(Some(event));
            }
            if self.is_over {
                return Ok(None);
            }
            if !self.read_more().await? {
                self.wait().await;
            }
        }
    }

    /// Reads on; `false` when there was nothing new.
    async fn read_more(&mut self) -> Result<bool> {
        let events = self.engine.journal().events(self.id, self.read, READ).await?;
        for recorded in &events {
            let mut told = self.timeline.read(&recorded.event, recorded.at);
            if let (Event::Delegated { .. }, Some(details)) = (&recorded.event, &mut told.details) {
                details["executionId"] = json!(called_id(self.id, told.seq, recorded.at));
            }
            self.is_over = self.is_over || told.kind == "ended";
            if self.after.is_none_or(|after| told.seq.0 > after) {
                self.told.push_back(told);
            }
            self.read += 1;
        }
        Ok(!events.is_empty())
    }

    async fn wait(&mut self) {
        let id = self.id;
        let heard = async {
            // A receiver that lagged looks by itself.
            while matches!(self.committed.recv().await, Ok(other) if other != id) {}
        };
        // The time-out is the other reason to look again.
        let _ = tokio::time::timeout(LOOK, heard).await;
    }
}
