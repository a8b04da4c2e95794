//! What the graph as a whole says: what is never reached, what goes in circles.

use super::super::report::Report;
use super::super::yaml::Span;
use super::super::{Listener, ListenerIndex, OnError, Reach, Work};

/// Whom each listener may hand a message to: `next`, cases, `otherwise`, `on_error`.
pub(super) fn hand_overs(listeners: &[Listener]) -> Vec<Vec<ListenerIndex>> {
    let targets = |listener: &Listener| {
        let mut targets = listener.next.clone();
        if let Work::Branch { cases, otherwise } = &listener.work {
            targets.extend(cases.iter().flat_map(|case| &case.next));
            targets.extend(otherwise);
        }
        if let OnError::Listener(target) = listener.on_error {
            targets.push(target);
        }
        targets
    };
    listeners.iter().map(targets).collect()
}

/// Warns of listeners that nothing leads to or that are reached in two ways; notes circles.
pub(super) fn check(
    report: &mut Report<'_>,
    (listeners, spans): (&[Listener], &[Span]),
    entry: ListenerIndex,
    (edges, reach): (&[Vec<ListenerIndex>], &Reach),
) {
    unreachable(report, (listeners, spans), entry, edges);
    called_and_handed(report, (listeners, spans), edges);
    circles(report, (listeners, spans), reach);
}

fn unreachable(
    report: &mut Report<'_>,
    (listeners, spans): (&[Listener], &[Span]),
    entry: ListenerIndex,
    edges: &[Vec<ListenerIndex>],
) {
    let mut is_reached = vec![false; listeners.len()];
    let mut open = vec![entry];
    while let Some(index) = open.pop().map(|index| usize::from(index.0)) {
        if index < is_reached.len() && !std::mem::replace(&mut is_reached[index], true) {
            open.extend(&edges[index]);
            open.extend(called(&listeners[index]));
        }
    }
    for (number, listener) in listeners.iter().enumerate().filter(|(number, _)| !is_reached[*number]) {
        report.about(Some(&listener.name));
        report
            .warning("unreachable_listener", spans[number], format!("nothing leads to `{}`", listener.name))
            .hint("name it in a `next`, in a case, in an agent's `peers` or in the `do` of an `each`, or remove it");
    }
}

fn called_and_handed(
    report: &mut Report<'_>,
    (listeners, spans): (&[Listener], &[Span]),
    edges: &[Vec<ListenerIndex>],
) {
    let mut is_handed = vec![false; listeners.len()];
    let mut is_called = vec![false; listeners.len()];
    for (number, listener) in listeners.iter().enumerate() {
        edges[number].iter().for_each(|target| is_handed[usize::from(target.0)] = true);
        let others = called(listener).iter().filter(|peer| usize::from(peer.0) != number);
        others.for_each(|peer| is_called[usize::from(peer.0)] = true);
    }
    for (number, listener) in
        listeners.iter().enumerate().filter(|(number, _)| is_handed[*number] && is_called[*number])
    {
        report.about(Some(&listener.name));
        let message =
            format!("`{}` is both called, by an agent or an `each`, and handed messages", listener.name);
        report.warning("called_and_handed", spans[number], message).hint(
            "its answer goes to the caller in one case and stays in the flow in the other; two listeners are clearer",
        );
    }
}

fn circles(report: &mut Report<'_>, (listeners, spans): (&[Listener], &[Span]), reach: &Reach) {
    let mut is_told = vec![false; listeners.len()];
    for (number, listener) in listeners.iter().enumerate() {
        let here = index(number);
        if is_told[number] || !reach.can(here, here) {
            continue;
        }
        let members: Vec<usize> = (number..listeners.len())
            .filter(|other| reach.can(here, index(*other)) && reach.can(index(*other), here))
            .collect();
        members.iter().for_each(|member| is_told[*member] = true);
        let names: Vec<&str> = members.iter().map(|member| &*listeners[*member].name).collect();
        report.about(Some(&listener.name));
        report
            .info(
                "cycle_detected",
                spans[number],
                format!("messages can go in a circle: {}", crate::suggest::listing(names)),
            )
            .hint("that is allowed; `max_messages` ends a circle that does not end by itself");
    }
}

/// Whom a listener calls: each call opens a frame.
fn called(listener: &Listener) -> &[ListenerIndex] {
    match &listener.work {
        Work::Agent(agent) => &agent.peers,
        Work::Each(each) => std::slice::from_ref(&each.work),
        _ => &[],
    }
}

fn index(number: usize) -> ListenerIndex {
    ListenerIndex(u16::try_from(number).unwrap_or(u16::MAX))
}
