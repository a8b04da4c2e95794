use std::collections::HashMap;
use std::sync::Arc;

use super::Unadoptable;
use super::traces::{Traces, receivers};
use crate::organism::{Listener, ListenerIndex, Organism, Work};
use crate::run::{Event, Seq, route};

/// Refuses events that a text would not carry on: a listener is gone, does another kind of work, or hands its answer
/// to others than it did.
pub(super) fn check(organism: &Organism, events: &[Event]) -> Result<(), Unadoptable> {
    let traces = Traces::of(events);
    let mut named: HashMap<Seq, Arc<str>> = HashMap::new();
    for (number, event) in (0_u32..).zip(events) {
        if let Event::Scheduled { listener, .. }
        | Event::Listed { listener, .. }
        | Event::Delegated { listener, .. } = event
        {
            named.insert(Seq(number), Arc::clone(listener));
        }
        let own = match event {
            Event::Started { .. } => None,
            Event::Called { step, .. } => named.get(step).cloned(),
            Event::Opened { list, .. } => named.get(list).cloned(),
            Event::Merged { listener, .. } => Some(Arc::clone(listener)),
            _ => traces.token(event).and_then(|token| traces.listener(token)).cloned(),
        };
        match own {
            None => check_entry(organism, event)?,
            Some(name) => check_listener(organism, &name, event)?,
        }
    }
    Ok(())
}

fn check_entry(organism: &Organism, event: &Event) -> Result<(), Unadoptable> {
    let entry = route::names(organism, &[organism.entry]);
    match event {
        Event::Started { to, .. } if *to != entry => {
            let what = format!("the flow began at {}, and begins at {} now", list(to), list(&entry));
            Err(Unadoptable::Changed { listener: None, what })
        }
        _ => Ok(()),
    }
}

fn check_listener(organism: &Organism, name: &Arc<str>, event: &Event) -> Result<(), Unadoptable> {
    let changed = |what: String| Unadoptable::Changed { listener: Some(Arc::clone(name)), what };
    let Some(at) = organism.index(name) else { return Err(changed("is not there any more".to_owned())) };
    let listener = organism.listener(at);
    if !does_so(listener, event) {
        return Err(changed("does another kind of work now".to_owned()));
    }
    let to = receivers(event);
    match receivers_now(organism, at, event) {
        Some(now) if now != to => {
            Err(changed(format!("handed its answer to {}, and hands it to {} now", list(to), list(&now))))
        }
        None => Err(changed(format!("does not call {} any more", list(to)))),
        Some(_) => Ok(()),
    }
}

/// Whether a listener can be what an event says that it was.
fn does_so(listener: &Listener, event: &Event) -> bool {
    match event {
        Event::Held { .. } | Event::Merged { .. } => matches!(listener.work, Work::Merge(_)),
        Event::Turned { .. } | Event::Corrected { .. } | Event::Called { .. } | Event::Rejected { .. } => {
            matches!(listener.work, Work::Agent(_))
        }
        Event::Listed { .. } | Event::Opened { .. } | Event::Gathered { .. } => {
            matches!(listener.work, Work::Each(_))
        }
        Event::Passed { case: Some(_), .. } => matches!(listener.work, Work::Branch { .. }),
        Event::Scheduled { .. } | Event::Finished { .. } | Event::Returned { .. } => !matches!(
            listener.work,
            Work::Branch { .. } | Work::Merge(_) | Work::Output { .. } | Work::Each(_)
        ),
        _ => true,
    }
}

/// Who would receive what an event sends; `None` when nobody may.
fn receivers_now(organism: &Organism, at: ListenerIndex, event: &Event) -> Option<Vec<Arc<str>>> {
    let listener = organism.listener(at);
    let names = |listeners: &[ListenerIndex]| Some(route::names(organism, listeners));
    match (event, &listener.work) {
        (Event::Passed { case, .. }, Work::Branch { cases, otherwise }) => match case.as_deref() {
            None => names(&[]),
            Some("otherwise") => names(otherwise),
            Some(case) => {
                let number: Option<usize> = case.strip_prefix("case-").and_then(|number| number.parse().ok());
                number
                    .and_then(|number| cases.get(number))
                    .map_or_else(|| names(&[]), |case| names(&case.next))
            }
        },
        (Event::Passed { .. }, Work::Output { .. }) => names(&[]),
        (Event::Failed { .. }, _) => Some(route::on_error(organism, at).unwrap_or_default()),
        (Event::Called { to, .. }, Work::Agent(agent)) => {
            let mut reachable = agent.peers.iter().copied().chain([at]);
            reachable.find(|peer| to.first() == Some(&organism.listener(*peer).name)).map(|_| to.clone())
        }
        (Event::Opened { .. }, Work::Each(each)) => names(&[each.work]),
        (
            Event::Passed { .. }
            | Event::Merged { .. }
            | Event::Finished { .. }
            | Event::Returned { .. }
            | Event::Gathered { .. },
            _,
        ) => names(&listener.next),
        _ => names(&[]),
    }
}

fn list(names: &[Arc<str>]) -> String {
    match names {
        [] => "nobody".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}
