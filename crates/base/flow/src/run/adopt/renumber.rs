use std::collections::{BTreeSet, HashMap};

use crate::run::{Event, Seq, TokenId};

/// The kept events as a journal of their own: counted from 0, with every reference led to where its event stands now.
///
/// What is kept refers to nothing that is not.
pub(super) fn renumbered(recorded: &[Event], kept: &BTreeSet<Seq>) -> Vec<Event> {
    let places: HashMap<Seq, Seq> = kept.iter().copied().zip((0_u32..).map(Seq)).collect();
    let events = kept.iter().filter_map(|seq| recorded.get(seq.0 as usize));
    events.map(|event| moved(event.clone(), &Places(&places))).collect()
}

struct Places<'a>(&'a HashMap<Seq, Seq>);

impl Places<'_> {
    fn seq(&self, seq: &mut Seq) {
        *seq = self.0.get(seq).copied().unwrap_or_default();
    }

    fn token(&self, token: &mut TokenId) {
        self.seq(&mut token.from);
    }
}

fn moved(mut event: Event, places: &Places<'_>) -> Event {
    match &mut event {
        Event::Started { .. } | Event::Warned { .. } => {}
        Event::Passed { token, .. }
        | Event::Held { token, .. }
        | Event::Scheduled { token, .. }
        | Event::Waiting { token, .. }
        | Event::Listed { token, .. }
        | Event::Delegated { token, .. } => places.token(token),
        Event::Failed { token, step, .. } => {
            places.token(token);
            step.iter_mut().for_each(|step| places.seq(step));
        }
        Event::Merged { frame, arrivals, absorbed, .. } => {
            places.seq(frame);
            arrivals.iter_mut().chain(absorbed).for_each(|token| places.token(token));
        }
        Event::Finished { step, .. }
        | Event::Retrying { step, .. }
        | Event::Interrupted { step, .. }
        | Event::Turned { step, .. }
        | Event::Corrected { step, .. }
        | Event::Called { step, .. }
        | Event::Rejected { step, .. }
        | Event::Returned { step, .. } => places.seq(step),
        Event::Opened { list, .. } => places.seq(list),
        Event::Gathered { list, results, .. } => {
            places.seq(list);
            results.iter_mut().for_each(|seq| places.seq(seq));
        }
        Event::Answered { frame, answer, .. } => {
            places.seq(frame);
            answer.iter_mut().for_each(|seq| places.seq(seq));
        }
        Event::Ended(end) => end.answer.iter_mut().for_each(|seq| places.seq(seq)),
    }
    event
}
