use kit::Timestamp;

use super::stage::{Stage, Token};
use super::{Seq, State, TokenId};
use crate::organism::{Organism, Work};

/// Something that can be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    /// The core decides it: answer with [`super::Command::Pass`].
    Core(TokenId),
    /// A handler of the turn: answer with [`super::Command::Answer`].
    Turn(TokenId),
    /// A step with an effect: schedule it with [`super::Command::Schedule`], commit, then run it.
    Outside(TokenId),
    /// A wait is over, or has taken too long: answer with [`super::Command::Wake`].
    Due(TokenId),
    /// A committed step whose time has come: run it, unless it runs already.
    Run {
        /// The message it takes.
        token: TokenId,
        /// The step's id.
        step: Seq,
        /// Counted from 1.
        attempt: u32,
    },
}

/// What can be done now: what has arrived, in the order of the messages, then what is due, in that of its time.
pub fn ready(organism: &Organism, state: &State, now: Timestamp) -> Vec<Ready> {
    let found = |id: &TokenId| state.tokens.get(id).map(|token| (*id, token));
    let arrived = state.index.ready.iter().filter_map(found);
    let due = state.index.due.iter().take_while(|(due, _)| *due <= now).filter_map(|(_, id)| found(id));
    arrived.chain(due).map(|(id, token)| of(organism, state, (id, token))).collect()
}

fn of(organism: &Organism, state: &State, (id, token): (TokenId, &Token)) -> Ready {
    match (&token.stage, token.step()) {
        (Stage::Ready, _) if state.pinned(organism, token.at).is_some() => Ready::Core(id),
        (Stage::Ready, _) => match organism.listener(token.at).work {
            Work::Turn { .. } => Ready::Turn(id),
            Work::Outside { .. } | Work::Agent(_) => Ready::Outside(id),
            _ => Ready::Core(id),
        },
        (_, Some(step)) => {
            Ready::Run { token: id, step: step.seq, attempt: step.attempt + step.interruptions }
        }
        _ => Ready::Due(id),
    }
}

/// When something falls due by itself: an attempt, the end of a wait, the end of the active time.
///
/// `None` when nothing does: it has ended, or waits for somebody without a deadline.
pub fn wake_at(organism: &Organism, state: &State) -> Option<Timestamp> {
    if state.end.is_some() {
        return None;
    }
    let first = state.index.due.first().map(|(due, _)| *due);
    first.into_iter().chain(state.deadline(organism)).min()
}

impl State {
    /// When its active time runs out; `None` while its clock stands still.
    pub fn deadline(&self, organism: &Organism) -> Option<Timestamp> {
        let left_ms = self.most_active_ms(organism).saturating_sub(self.active_ms);
        let left_ms = i64::try_from(left_ms).unwrap_or(i64::MAX);
        // What other flows used up may end it while its own clock stands still.
        let counts = self.end.is_none() && (self.index.active > 0 || left_ms == 0);
        counts.then(|| self.touched_at.plus_ms(left_ms))
    }

    /// Whether its active time has run out: [`super::Command::Expire`] is wanted.
    pub fn is_expired(&self, organism: &Organism, now: Timestamp) -> bool {
        self.deadline(organism).is_some_and(|deadline| deadline <= now)
    }
}
