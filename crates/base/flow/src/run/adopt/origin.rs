use std::collections::BTreeSet;

use super::Unadoptable;
use super::traces::Traces;
use crate::run::{Event, Seq};

/// The events with which the step that `seq` belongs to begins: its `Scheduled`, its list, its wait; of a frame, what
/// opens it; of a list that failed, its failure and the item's, so that the other items keep their answers.
pub(super) fn origins(recorded: &[Event], traces: &Traces, seq: Seq) -> Result<BTreeSet<Seq>, Unadoptable> {
    let last = Seq(u32::try_from(recorded.len().saturating_sub(1)).unwrap_or(u32::MAX));
    let event = recorded.get(seq.0 as usize).ok_or(Unadoptable::NoStep { seq, last })?;
    Ok(BTreeSet::from([match event {
        Event::Failed { .. } => return Ok(failed(recorded, traces, seq, event)),
        Event::Finished { step, .. }
        | Event::Retrying { step, .. }
        | Event::Interrupted { step, .. }
        | Event::Turned { step, .. }
        | Event::Corrected { step, .. }
        | Event::Rejected { step, .. }
        | Event::Returned { step, .. }
        | Event::Gathered { list: step, .. } => *step,
        Event::Passed { .. } => wait_of(recorded, traces, event).unwrap_or(seq),
        Event::Warned { .. } | Event::Answered { .. } | Event::Ended(_) => {
            return Err(Unadoptable::NotAStep { seq, kind: event.kind() });
        }
        _ => seq,
    }]))
}

/// What is done again where a step failed for good.
pub(super) fn failed(recorded: &[Event], traces: &Traces, seq: Seq, event: &Event) -> BTreeSet<Seq> {
    match event {
        Event::Failed { step: Some(step), .. } if is_list(recorded, *step) => {
            [Some(seq), failed_item(recorded, traces, *step)].into_iter().flatten().collect()
        }
        Event::Failed { step: Some(step), .. } => BTreeSet::from([*step]),
        _ => BTreeSet::from([wait_of(recorded, traces, event).unwrap_or(seq)]),
    }
}

fn is_list(recorded: &[Event], step: Seq) -> bool {
    matches!(recorded.get(step.0 as usize), Some(Event::Listed { .. }))
}

/// The step that failed the item with which a list failed.
fn failed_item(recorded: &[Event], traces: &Traces, list: Seq) -> Option<Seq> {
    let lister = traces.token(recorded.get(list.0 as usize)?)?;
    let is_it = |event: &Event| match event {
        Event::Answered { frame, error: Some(_), .. } => traces.caller(*frame) == Some(lister),
        _ => false,
    };
    // What fails a frame stands right before its answer.
    let at = recorded.iter().position(is_it)?.checked_sub(1)?;
    match &recorded[at] {
        Event::Failed { step, .. } => step.or_else(|| u32::try_from(at).ok().map(Seq)),
        _ => None,
    }
}

/// The wait that an event ends.
fn wait_of(recorded: &[Event], traces: &Traces, event: &Event) -> Option<Seq> {
    let token = traces.token(event)?;
    let is_it = |event: &Event| matches!(event, Event::Waiting { .. }) && traces.token(event) == Some(token);
    u32::try_from(recorded.iter().position(is_it)?).ok().map(Seq)
}
