use std::sync::Arc;

use super::decide::Decision;
use super::stage::{Stage, Token};
use super::{Event, Seq, TokenId, route};
use crate::organism::{ListenerIndex, Wait, Work};

/// Fires one merge of a frame that has what it waits for.
///
/// `all` fires when no other message of its frame can still reach it; when only held messages remain in the frame,
/// the merge with the oldest arrival fires.
pub(super) fn fire_merge(decision: &mut Decision<'_>, frame: Seq) -> bool {
    let Some(merge) = full_merge(decision, frame) else { return false };
    fire(decision, frame, merge);
    true
}

fn full_merge(decision: &Decision<'_>, frame: Seq) -> Option<ListenerIndex> {
    let state = &decision.state;
    let open = state.frames.get(&frame)?;
    // In the order of their oldest arrivals, with how many there are.
    let mut merges: Vec<(ListenerIndex, u32)> = Vec::new();
    for (_, id) in &open.held {
        let at = state.tokens.get(id)?.at;
        match merges.iter_mut().find(|(merge, _)| *merge == at) {
            Some((_, arrived)) => *arrived += 1,
            None => merges.push((at, 1)),
        }
    }
    let full = merges.iter().find(|(merge, arrived)| match decision.organism.listener(*merge).work {
        Work::Merge(Wait::First) => true,
        Work::Merge(Wait::Count(number)) if *arrived >= number => true,
        _ => coming(decision, frame, *merge).next().is_none(),
    });
    let oldest = merges.first().filter(|_| open.held.len() == open.tokens.len());
    full.or(oldest).map(|(merge, _)| *merge)
}

fn fire(decision: &mut Decision<'_>, frame: Seq, merge: ListenerIndex) {
    let listener = decision.organism.listener(merge);
    let (Work::Merge(wait), Some(open)) = (&listener.work, decision.state.frames.get(&frame)) else { return };
    let is_here = |id: &TokenId| decision.state.tokens.get(id).is_some_and(|token| token.at == merge);
    let mut arrivals: Vec<TokenId> = open.held.iter().map(|(_, id)| *id).filter(is_here).collect();
    let wanted = match wait {
        Wait::All => None,
        Wait::First => Some(1),
        Wait::Count(number) => Some(*number as usize).filter(|number| arrivals.len() >= *number),
    };
    let mut absorbed = Vec::new();
    if let Some(wanted) = wanted {
        absorbed = arrivals.split_off(wanted);
        absorbed.extend(coming(decision, frame, merge));
    }
    // File order of the senders, then the order of arrival (the sort is stable).
    arrivals.sort_by_cached_key(|id| sender(decision, *id));
    let to = match decision.state.leads_nowhere(frame) {
        true => Vec::new(),
        false => route::names(decision.organism, &listener.next),
    };
    let first = *wait == Wait::First;
    let listener = Arc::clone(&listener.name);
    decision.emit(Event::Merged { listener, frame, arrivals, first, absorbed, to });
}

/// Messages of the frame that can still come to the merge.
fn coming<'a>(
    decision: &'a Decision<'_>,
    frame: Seq,
    merge: ListenerIndex,
) -> impl Iterator<Item = TokenId> + 'a {
    let reach = &decision.organism.reach;
    let comes = move |token: &Token| match token.stage {
        Stage::Held(_) => token.at != merge && reach.can(token.at, merge),
        _ => token.at == merge || reach.can(token.at, merge),
    };
    let ids = decision.state.frames.get(&frame).into_iter().flat_map(|frame| &frame.tokens).copied();
    ids.filter(move |id| decision.state.tokens.get(id).is_some_and(&comes))
}

fn sender(decision: &Decision<'_>, id: TokenId) -> Option<ListenerIndex> {
    let mut name = None;
    decision.state.ledger.ancestors(id.from, |listener, _| {
        name = Some(Arc::clone(listener));
        true
    });
    name.and_then(|name| decision.organism.index(&name))
}
