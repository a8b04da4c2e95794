use super::decide::Decision;
use super::merge::fire_merge;
use super::stage::Stage;
use super::{End, Event, Seq, Status, TokenId};

/// Draws what follows by itself: agents and lists that got answers go on, merges fire, empty frames end.
pub(super) fn settle(decision: &mut Decision<'_>) {
    while decision.state.end.is_none() {
        if let Some(id) = decision.state.agenda.tokens.pop_first() {
            go_on(decision, id);
        } else if let Some(frame) = decision.state.agenda.frames.pop_last() {
            if !fire_merge(decision, frame) {
                end_frame(decision, frame);
            }
        } else {
            return;
        }
    }
}

fn go_on(decision: &mut Decision<'_>, id: TokenId) {
    match decision.state.tokens.get(&id).map(|token| &token.stage) {
        Some(Stage::Agent(looped)) if looped.is_answered() => decision.next_turn(id),
        Some(Stage::Each(_)) => decision.next_item(id),
        _ => {}
    }
}

/// A frame without a message ends: it answers its call or its item, or ends the execution.
fn end_frame(decision: &mut Decision<'_>, seq: Seq) {
    let Some(frame) = decision.state.frames.get(&seq).filter(|frame| frame.tokens.is_empty()) else { return };
    let answer = if frame.outputs.is_empty() { frame.dead_ends.clone() } else { frame.outputs.clone() };
    decision.emit(match frame.caller {
        None => Event::Ended(End { status: Status::Success, answer, error: None }),
        Some(_) => Event::Answered { frame: seq, answer, error: None },
    });
}
