use super::super::report::Report;
use super::super::yaml::Node;
use super::super::{Each, OnItemError, Work};
use super::usage::Usage;
use super::{Reader, work};

/// Reads what an `each` does; its config has been checked against its schema.
pub(super) fn read(reader: &Reader<'_>, report: &mut Report<'_>, node: &Node, usage: &Usage<'_>) -> Work {
    const NOTHING: Work = Work::Output { payload: None, status: None };
    let Some(config) = node.get("config") else { return NOTHING };
    let items = config.get("items").map(|items| work::template(report, usage, items, &[]));
    let name = config.get("do").and_then(|name| Some((name.text()?, name.span)));
    let begins = name.and_then(|(name, span)| reader.names.resolve(report, name, span));
    // What is missing was said with the schema.
    let (Some(items), Some(work)) = (items, begins) else { return NOTHING };
    let concurrency = config.get("concurrency").and_then(|count| count.to_json().as_u64());
    Work::Each(Each {
        items,
        work,
        concurrency: concurrency.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        on_item_error: match config.get("on_item_error").and_then(Node::text) {
            Some("collect") => OnItemError::Collect,
            Some("skip") => OnItemError::Skip,
            _ => OnItemError::Fail,
        },
    })
}
