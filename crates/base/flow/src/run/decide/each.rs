use std::sync::Arc;

use super::Decision;
use crate::Payload;
use crate::organism::{Each, OnItemError, Work};
use crate::run::config::failure;
use crate::run::stage::{ItemResult, ListLoop, Stage};
use crate::run::{Event, Failure, Seq, TokenId, scope};

/// Items of one list.
const MAX_ITEMS: usize = 100_000;

impl Decision<'_> {
    /// An `each` takes its message: its list is recorded, its items follow as there is room.
    pub(super) fn list(&mut self, id: TokenId, each: &Each) {
        let Some(token) = self.token(id) else { return };
        let listener = Arc::clone(&self.organism.listener(token.at).name);
        let rendered = each.items.render(&scope(self.state, id, self.surroundings, None));
        let items = rendered.map_err(|error| failure(&error));
        match items.and_then(|items| match items.as_array().map(Vec::len) {
            Some(..=MAX_ITEMS) => Ok(items),
            Some(count) => {
                let message = format!("{count} items; at most {MAX_ITEMS} are allowed");
                Err(Failure::permanent("too_many_items", message))
            }
            None => Err(Failure::permanent("not_a_list", "config.items is no list")),
        }) {
            Ok(items) => self.emit(Event::Listed { token: id, listener, items: Payload::new(items) }),
            Err(error) => self.fail(id, None, 1, error),
        }
    }

    /// An `each` goes on: fails with an item, opens the next one, or hands on what all have answered.
    pub(in crate::run) fn next_item(&mut self, id: TokenId) {
        let Some(token) = self.token(id) else { return };
        let organism = self.organism;
        let listener = organism.listener(token.at);
        let (Work::Each(each), Stage::Each(list)) = (&listener.work, &token.stage) else { return };
        let seq = list.list;
        if let (OnItemError::Fail, Some((item, error))) = (each.on_item_error, list.failed.clone()) {
            let message = format!("item {item}: {}", error.message);
            return self.fail(id, Some(seq), 1, Failure { message, ..error });
        }
        let has_more = (list.next as usize) < list.results.len();
        if has_more && list.open < each.concurrency {
            let (item, to) = (list.next, self.names(&[each.work]));
            self.emit(Event::Opened { list: seq, item, to });
        } else if !has_more && list.open == 0 {
            let (results, to) = (list.gathered(each.on_item_error), self.onward(id, &listener.next));
            self.gather(id, seq, results, to);
        }
    }

    fn gather(&mut self, id: TokenId, list: Seq, results: Vec<Seq>, to: Vec<Arc<str>>) {
        let Some(token) = self.token(id) else { return };
        let at = token.at;
        if self.organism.listener(at).output.is_some() {
            let answers = results.iter().map(|seq| self.state.ledger.payload(*seq).json().clone()).collect();
            if let Some(error) = self.output_objection(at, &answers) {
                return self.fail(id, Some(list), 1, error);
            }
        }
        self.emit(Event::Gathered { list, results, to });
    }
}

impl ListLoop {
    /// The answers in the order of the items; failed ones are left out when they are to be skipped.
    fn gathered(&self, on_item_error: OnItemError) -> Vec<Seq> {
        let is_kept = |result: &&ItemResult| !result.is_error || on_item_error == OnItemError::Collect;
        self.results.iter().flatten().filter(is_kept).map(|result| result.answered).collect()
    }
}
