//! Random flows, random answers in random order, random crashes: what must hold whatever happens.

mod conserved;
mod drive;
mod graph;

use proptest::prelude::*;

use super::adoption::again;
use super::bench::Bench;
use crate::run::{Seq, Unadoptable};

/// Random numbers that a failing case can be shrunk to; once used up, it says 0 for ever.
pub(super) struct Tape {
    bytes: Vec<u8>,
    at: usize,
}

impl Tape {
    pub(super) fn below(&mut self, most: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % most.max(1)
    }

    pub(super) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == count - 1
    }

    pub(super) fn is_over(&self) -> bool {
        self.at >= self.bytes.len()
    }
}

fn case(bytes: Vec<u8>) -> Bench {
    let mut tape = Tape { bytes, at: 0 };
    let bench = graph::flow(&mut tape);
    drive::to_the_end(bench, &mut tape)
}

// 256 cases each; `PROPTEST_CASES` makes it long.
proptest! {
    #[test]
    fn every_execution_ends_and_no_message_is_lost_or_doubled(bytes in prop::collection::vec(any::<u8>(), 20..400)) {
        let bench = case(bytes);
        prop_assert_eq!(bench.count("ended"), 1);
        prop_assert!(bench.kinds().ends_with(&["ended"]));
        conserved::check(&bench);
    }

    #[test]
    fn from_any_step_it_runs_again_to_an_end_and_no_message_is_lost_or_doubled(
        bytes in prop::collection::vec(any::<u8>(), 20..200),
        step in any::<u32>(),
        more in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let first = case(bytes);
        let from = Seq(step % u32::try_from(first.events.len()).unwrap());
        match again(&first, from) {
            Ok(second) => {
                let second = drive::to_the_end(second, &mut Tape { bytes: more, at: 0 });
                conserved::check(&second);
            }
            Err(refusal) => {
                let is_no_step = matches!(refusal, Unadoptable::NotAStep { .. });
                prop_assert!(is_no_step, "its own text carries it on: {}", refusal);
            }
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was(bytes in prop::collection::vec(any::<u8>(), 20..200)) {
        for (_, event) in case(bytes).events {
            let text = serde_json::to_string(&event).unwrap();
            prop_assert_eq!(serde_json::from_str::<crate::run::Event>(&text).unwrap(), event);
        }
    }
}
