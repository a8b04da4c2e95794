//! What a `delay` and an `approval` wait for.

use kit::Timestamp;

use super::super::report::Report;
use super::super::yaml::{Kind, Node, Span};
use super::super::{Approval, Delay, Work};
use super::usage::Usage;
use super::{duration_ms, work};
use crate::expression::Template;
use crate::run::Verdict;

pub(super) fn delay(report: &mut Report<'_>, node: &Node, usage: &Usage<'_>) -> Work {
    let given = |key: &str| node.get("config").and_then(|config| config.get(key));
    let delay = match (given("for"), given("until")) {
        (Some(duration), None) => Delay::For(self::duration(report, duration, "for", usage)),
        (None, Some(until)) => Delay::Until(moment(report, until, usage)),
        (both, _) => {
            let span = node.entry("config").map_or(Span::at(node.span.start), |config| config.key_span);
            let message = if both.is_some() {
                "a delay has either `for` or `until`"
            } else {
                "a delay needs `for` or `until`"
            };
            report
                .error("invalid_config", span, message)
                .hint("config: {for: 10m}, or config: {until: \"{{ input.at }}\"}");
            Delay::For(work::nothing())
        }
    };
    Work::Delay(delay)
}

pub(super) fn approval(report: &mut Report<'_>, node: &Node, usage: &Usage<'_>) -> Work {
    let given = |key: &str| node.get("config").and_then(|config| config.get(key));
    let message = given("message").map(|message| work::template(report, usage, message, &[]));
    let deadline = given("deadline").map(|deadline| duration(report, deadline, "deadline", usage));
    let default = match given("default").and_then(Node::text) {
        Some("approve") => Verdict::Approve,
        _ => Verdict::Reject,
    };
    if let (Some(default), None) = (given("default"), &deadline) {
        report
            .warning("no_effect", default.span, "`default` has no effect without a `deadline`")
            .hint("add `deadline: 2d`, or remove it");
    }
    Work::Approval(Approval { message: message.unwrap_or_else(work::nothing), deadline, default })
}

fn duration(report: &mut Report<'_>, node: &Node, key: &str, usage: &Usage<'_>) -> Template {
    if !holds_expression(node) && duration_ms(&node.to_json()).is_none() {
        report
            .error("invalid_duration", node.span, format!("`{key}` must be a duration of at most 365 days"))
            .hint("write 500ms, 10s, 5m, 12h or 2d, or a number of seconds");
    }
    work::template(report, usage, node, &[])
}

fn moment(report: &mut Report<'_>, node: &Node, usage: &Usage<'_>) -> Template {
    let is_moment = node.text().and_then(Timestamp::parse).is_some();
    if !holds_expression(node) && !is_moment {
        report
            .error("invalid_time", node.span, "`until` must be a time")
            .hint("write 2030-01-31T09:00:00Z, or an expression that gives such a text");
    }
    work::template(report, usage, node, &[])
}

fn holds_expression(node: &Node) -> bool {
    matches!(&node.kind, Kind::Text(text) if text.contains("{{"))
}
