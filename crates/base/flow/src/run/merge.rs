use std::sync::Arc;

use super::decide::Decision;
use super::settle::held_at;
use super::state::Stage;
use super::{Event, Seq, TokenId, route};
use crate::organism::{ListenerIndex, Wait, Work};

/// Fires one merge that has what it waits for.
///
/// `all` fires when no other message of its frame can still reach it; when only held messages remain in a frame,
/// the merge with the oldest arrival fires.
pub(super) fn fire_merge(decision: &mut Decision<'_>) -> bool {
    let frames: Vec<Seq> = decision.state.frames.keys().copied().collect();
    frames.into_iter().any(|frame| fire_in(decision, frame))
}

fn fire_in(decision: &mut Decision<'_>, frame: Seq) -> bool {
    let held = held_at(decision, frame);
    let Some((_, oldest)) = held.first().copied() else { return false };
    let at = |id: TokenId| decision.state.tokens[&id].at;
    let mut merges: Vec<ListenerIndex> = Vec::new();
    for (_, id) in &held {
        if !merges.contains(&at(*id)) {
            merges.push(at(*id));
        }
    }
    let full = merges.iter().copied().find(|merge| {
        let arrived = held.iter().filter(|(_, id)| at(*id) == *merge).count();
        let coming = !coming(decision, frame, *merge).is_empty();
        match decision.organism.listener(*merge).work {
            Work::Merge(Wait::First) => true,
            Work::Merge(Wait::Count(number)) => arrived >= number as usize || !coming,
            _ => !coming,
        }
    });
    let only_held = decision.state.tokens_in(frame).count() == held.len();
    let Some(merge) = full.or_else(|| only_held.then(|| at(oldest))) else { return false };
    fire(decision, frame, merge, &held);
    true
}

fn fire(decision: &mut Decision<'_>, frame: Seq, merge: ListenerIndex, held: &[(Seq, TokenId)]) {
    let listener = decision.organism.listener(merge);
    let Work::Merge(wait) = listener.work else { return };
    let here = held.iter().map(|(_, id)| *id).filter(|id| decision.state.tokens[id].at == merge);
    let mut arrivals: Vec<TokenId> = here.collect();
    let mut absorbed = Vec::new();
    match wait {
        Wait::All => {}
        Wait::First => absorbed = [arrivals.split_off(1), coming(decision, frame, merge)].concat(),
        Wait::Count(number) if arrivals.len() >= number as usize => {
            absorbed = [arrivals.split_off(number as usize), coming(decision, frame, merge)].concat();
        }
        Wait::Count(_) => {}
    }
    // File order of the senders, then the order of arrival (the sort is stable).
    arrivals.sort_by_key(|id| sender(decision, *id));
    let to = route::names(decision.organism, &listener.next);
    let first = wait == Wait::First;
    let listener = Arc::clone(&listener.name);
    decision.emit(Event::Merged { listener, frame, arrivals, first, absorbed, to });
}

/// Messages of the frame that can still come to the merge.
fn coming(decision: &Decision<'_>, frame: Seq, merge: ListenerIndex) -> Vec<TokenId> {
    let reach = &decision.organism.reach;
    let tokens = decision.state.tokens_in(frame);
    tokens
        .filter(|(_, token)| match token.stage {
            Stage::Held(_) => token.at != merge && reach.can(token.at, merge),
            _ => token.at == merge || reach.can(token.at, merge),
        })
        .map(|(id, _)| id)
        .collect()
}

fn sender(decision: &Decision<'_>, id: TokenId) -> Option<ListenerIndex> {
    let mut name = None;
    decision.state.ledger.ancestors(id.from, |listener, _| {
        name = Some(Arc::clone(listener));
        true
    });
    name.and_then(|name| decision.organism.index(&name))
}
