use super::decide::Decision;
use super::merge::fire_merge;
use super::state::Stage;
use super::{End, Event, Seq, Status, TokenId};

/// Draws what follows by itself: merges that are full, frames that are empty, agents whose calls are answered.
pub(super) fn settle(decision: &mut Decision<'_>) {
    while decision.state.end.is_none() {
        let changed = next_turn(decision) || fire_merge(decision) || end_frame(decision);
        if !changed {
            return;
        }
    }
}

/// An agent whose latest turn is wholly answered takes the next one.
fn next_turn(decision: &mut Decision<'_>) -> bool {
    let mut tokens = decision.state.tokens.iter();
    let waiting = tokens.find(|(_, token)| match &token.stage {
        Stage::Agent(looped) if looped.running.is_none() => {
            looped.turns.last().is_some_and(|turn| turn.calls.iter().all(|call| call.answer.is_some()))
        }
        _ => false,
    });
    let Some(id) = waiting.map(|(id, _)| *id) else { return false };
    decision.next_turn(id);
    true
}

/// A frame without a message ends: it answers its call, or ends the execution.
fn end_frame(decision: &mut Decision<'_>) -> bool {
    let state = &decision.state;
    let busy = |frame: Seq| state.tokens.values().any(|token| token.frame == frame);
    let Some((seq, frame)) = state.frames.iter().rev().find(|(seq, _)| !busy(**seq)) else { return false };
    let (seq, is_root) = (*seq, frame.caller.is_none());
    let answer = if frame.outputs.is_empty() { frame.dead_ends.clone() } else { frame.outputs.clone() };
    decision.emit(if is_root {
        Event::Ended(End { status: Status::Success, answer, error: None })
    } else {
        Event::Answered { frame: seq, answer, error: None }
    });
    true
}

/// The messages of a frame that stand at a merge, oldest first.
pub(super) fn held_at(decision: &Decision<'_>, frame: Seq) -> Vec<(Seq, TokenId)> {
    let tokens = decision.state.tokens_in(frame);
    let mut held: Vec<(Seq, TokenId)> = tokens
        .filter_map(|(id, token)| match token.stage {
            Stage::Held(since) => Some((since, id)),
            _ => None,
        })
        .collect();
    held.sort_unstable();
    held
}
