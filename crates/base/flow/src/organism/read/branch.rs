use serde_json::Value as Json;

use super::super::report::Report;
use super::super::yaml::{Kind, Node, Span};
use super::super::{Case, Work};
use super::usage::Usage;
use super::{Reader, fields, work};
use crate::expression::Expression;

const CASES_MAX: usize = 200;

/// The keys of a listener that only branches have.
pub(super) const KEYS: [&str; 2] = ["cases", "otherwise"];

pub(super) fn read(reader: &Reader<'_>, report: &mut Report<'_>, node: &Node, input: Option<&Json>) -> Work {
    work::refuse_config(report, node, "branch");
    if let Some(next) = node.entry("next") {
        report
            .error("next_on_branch", next.key_span, "a branch hands over by its cases, not by `next`")
            .hint("where it goes when no case holds is `otherwise`");
    }
    let otherwise = node.get("otherwise").map(|found| fields::names(report, found, "`otherwise`"));
    let usage = Usage { names: reader.names, input, has_secrets: false };
    Work::Branch {
        cases: cases(&usage, report, node),
        otherwise: reader.names.resolve_all(report, &otherwise.unwrap_or_default()),
    }
}

fn cases(usage: &Usage<'_>, report: &mut Report<'_>, node: &Node) -> Vec<Case> {
    let Some(cases) = node.get("cases") else {
        let span = node.entry("name").map_or(Span::at(node.span.start), |name| name.value.span);
        report
            .error("missing_cases", span, "a branch needs `cases`")
            .hint("cases: [{when: 'input.total > 10', next: big}]");
        return Vec::new();
    };
    let Kind::List(items) = &cases.kind else {
        report.wrong_type(cases, "`cases`", "a list of {when, next}");
        return Vec::new();
    };
    if items.len() > CASES_MAX {
        report.error("out_of_range", cases.span, format!("{} cases; at most {CASES_MAX}", items.len()));
        return Vec::new();
    }
    items.iter().filter_map(|item| case(usage, report, item)).collect()
}

fn case(usage: &Usage<'_>, report: &mut Report<'_>, node: &Node) -> Option<Case> {
    if !fields::is_map(report, node, "a case") {
        return None;
    }
    fields::check_keys(report, node, "a case", &["when", "next"], &[]);
    let when = condition(usage, report, node);
    let next = match node.get("next") {
        Some(next) => fields::names(report, next, "`next`"),
        None => {
            report.warning("case_without_next", node.span, "a case without `next` ends the message");
            Vec::new()
        }
    };
    let next = usage.names.resolve_all(report, &next);
    Some(Case { when: when?, next })
}

fn condition(usage: &Usage<'_>, report: &mut Report<'_>, node: &Node) -> Option<Expression> {
    let Some(when) = node.get("when") else {
        report.error("missing_when", node.span, "a case needs `when`").hint("when: 'input.total > 10'");
        return None;
    };
    // `when: true` is a condition too.
    let text = match when.to_json() {
        Json::String(text) => text,
        value @ (Json::Bool(_) | Json::Number(_)) => value.to_string(),
        _ => {
            report.wrong_type(when, "`when`", "a condition (a text)");
            return None;
        }
    };
    match Expression::compile(&text) {
        Ok(expression) => {
            for reference in expression.references() {
                usage.reference(report, when, reference);
            }
            Some(expression)
        }
        Err(error) => {
            report.syntax(when, &error);
            None
        }
    }
}
