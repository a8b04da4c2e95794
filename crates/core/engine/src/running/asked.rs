use std::collections::BTreeMap;

use flow::Payload;
use flow::run::{Asked, Awaited, Event, Seq, TokenId, Verdict};
use journal::{ApprovalEnd, ApprovalMoves, NewApproval, Recorded, Word};
use kit::{Sources, Timestamp};

use super::run::Run;

/// A question's text as lists show it; the whole of it stands in the journal.
const MOST_CHARACTERS: usize = 4_000;

impl Run {
    /// What becomes of its questions to persons with the given events.
    pub(super) fn approval_moves(&mut self, events: &[Recorded], sources: &Sources) -> ApprovalMoves {
        let is_over = self.state.end.is_some();
        if self.asked.is_empty() && (is_over || !self.state.asks()) {
            return ApprovalMoves::default();
        }
        let mut open = BTreeMap::new();
        let mut moves = ApprovalMoves::default();
        for asked in self.state.asked(&self.plan.organism).filter(|_| !is_over) {
            open.insert(asked.wait, asked.token);
            if !self.asked.contains_key(&asked.wait) {
                moves.asked.extend(new_approval(&asked, events, sources));
            }
        }
        let over = self.asked.iter().filter(|(wait, _)| !open.contains_key(wait));
        moves.over =
            over.map(|(wait, token)| ApprovalEnd { wait: *wait, word: word(events, *token) }).collect();
        self.asked = open;
        moves
    }

    /// What was asked when it was taken up.
    pub(super) fn remember_asked(&mut self) {
        self.asked = self.state.asked(&self.plan.organism).map(|asked| (asked.wait, asked.token)).collect();
    }

    /// Whether a deadline has come by which a person may have decided.
    pub(super) fn is_word_due(&self, now: Timestamp) -> bool {
        let mut asked = self.state.asked(&self.plan.organism);
        asked.any(|asked| asked.awaited.and_then(Awaited::until).is_some_and(|until| until <= now))
    }
}

fn new_approval(asked: &Asked<'_>, events: &[Recorded], sources: &Sources) -> Option<NewApproval> {
    let Some(Awaited::Person { message, default, .. }) = asked.awaited else { return None };
    let is_its = |event: &Event| matches!(event, Event::Waiting { token, .. } if *token == asked.token);
    let asking = events.iter().find(|recorded| is_its(&recorded.event));
    Some(NewApproval {
        id: sources.id(),
        wait: asked.wait,
        listener: asked.listener.to_owned(),
        message: message.chars().take(MOST_CHARACTERS).collect(),
        default: *default,
        asked_at: asking.map_or_else(|| sources.clock.now(), |recorded| recorded.at),
        deadline: asked.awaited.and_then(Awaited::until),
    })
}

/// What the message that waited was given on its way, if it went on.
fn word(events: &[Recorded], waited: TokenId) -> Option<Word> {
    events.iter().find_map(|recorded| match &recorded.event {
        Event::Passed { token, output: Some(output), .. } if *token == waited => said(output, recorded.at),
        _ => None,
    })
}

fn said(output: &Payload, at: Timestamp) -> Option<Word> {
    let approval = output.json().get("approval")?;
    let verdict = match approval["decision"].as_str()? {
        "approve" => Verdict::Approve,
        _ => Verdict::Reject,
    };
    let text = |name: &str| approval[name].as_str().map(str::to_owned);
    Some(Word { verdict, by: text("by"), comment: text("comment"), at })
}

/// The questions of an execution that are on disk, by the seq of their `Waiting`.
pub(super) type OnDisk = BTreeMap<Seq, TokenId>;
