use std::sync::Arc;

use crate::Payload;
use crate::organism::{Organism, Work};
use crate::run::frame::{Caller, Frame, Place};
use crate::run::stage::{OpenCall, Stage, Turn};
use crate::run::state::Episode;
use crate::run::{Call, Seq, State, TokenId};

pub(super) fn turned(state: &mut State, step: Seq, content: Option<&String>, calls: &[Call]) {
    let calls = calls.iter().map(|call| OpenCall { call: call.clone(), answer: None }).collect();
    add(state, Turn { step, content: content.cloned(), calls, objection: None });
}

pub(super) fn corrected(state: &mut State, step: Seq, content: Option<&String>, objection: &str) {
    let (content, objection) = (content.cloned(), Some(objection.to_owned()));
    add(state, Turn { step, content, calls: Vec::new(), objection });
}

fn add(state: &mut State, turn: Turn) {
    let Some(id) = state.open_step(turn.step).map(|(id, _)| id) else { return };
    state.change(id, |token| {
        if let Stage::Agent(agent) = &mut token.stage {
            agent.running = None;
            agent.turns.push(turn);
        }
    });
    state.agenda.tokens.insert(id);
}

/// A call opens a frame.
pub(super) fn called(
    organism: &Organism,
    state: &mut State,
    seq: Seq,
    (step, call): (Seq, u16),
    to: &[Arc<str>],
) {
    let Some((token, depth)) = state.caller(step) else { return };
    let caller = Some(Caller { token, place: Place::Call(step, call) });
    state.open(organism, seq, Frame { caller, depth: depth + 1, ..Frame::default() }, to);
}

/// A call is answered: by its frame, or at once when it cannot be made.
pub(super) fn answer(state: &mut State, step: Seq, call: u16, answer: Result<Payload, String>) {
    let Some((id, _)) = state.caller(step) else { return };
    state.change(id, |token| {
        let Stage::Agent(agent) = &mut token.stage else { return };
        let turn = agent.turns.last_mut();
        if let Some(open) = turn.and_then(|turn| turn.calls.get_mut(usize::from(call))) {
            open.answer = Some(answer);
        }
    });
    state.agenda.tokens.insert(id);
}

/// What an agent with a memory said, it knows when it is asked again in the same frame.
pub(super) fn remember(organism: &Organism, state: &mut State, seq: Seq, id: TokenId) {
    let Some(token) = state.tokens.get(&id) else { return };
    let (Work::Agent(agent), Stage::Agent(looped)) = (&organism.listener(token.at).work, &token.stage) else {
        return;
    };
    if agent.memory {
        let (input, answer) = (state.ledger.input(id), state.ledger.payload(seq));
        let episode = Episode { input, turns: looped.turns.clone(), answer };
        state.memories.entry((token.frame, token.at)).or_default().push(episode);
    }
}

impl State {
    /// The agent's message whose latest turn was that step, and the depth of its frame.
    pub(in crate::run) fn caller(&self, step: Seq) -> Option<(TokenId, u32)> {
        let (id, token) = self.token_of(step)?;
        let Stage::Agent(agent) = &token.stage else { return None };
        let is_latest = agent.running.is_none() && agent.turns.last().is_some_and(|turn| turn.step == step);
        is_latest.then(|| (id, self.frames.get(&token.frame).map_or(0, |frame| frame.depth)))
    }
}
