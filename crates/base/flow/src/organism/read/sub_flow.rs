use std::sync::Arc;

use super::super::Work;
use super::super::report::Report;
use super::super::yaml::Node;
use super::usage::Usage;
use super::work;

/// Reads which flow a `flow` calls; its config has been checked against its schema.
pub(super) fn read(report: &mut Report<'_>, node: &Node, usage: &Usage<'_>) -> Work {
    let given = |key: &str| node.get("config").and_then(|config| config.get(key));
    let name = given("flow").and_then(|flow| Some((flow.text()?.trim(), flow.span)));
    if let Some((_, span)) = name.filter(|(name, _)| name.contains("{{") || name.is_empty()) {
        report.error("invalid_config", span, "`flow` must be the name or the id of a flow").hint(
            "a flow reaches what it declares: to choose at run time, put a `branch` before two `flow`s",
        );
    }
    let input = given("input").map(|input| work::template(report, usage, input, &[]));
    Work::Flow { flow: Arc::from(name.map_or("", |(name, _)| name)), input }
}
