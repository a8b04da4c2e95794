//! The sections before the listeners.

use super::super::LlmDefaults;
use super::super::report::Report;
use super::super::yaml::{Node, Span};
use super::{fields, legacy};

const SECTIONS: [&str; 5] = ["organism", "llm", "listeners", "max_tokens_per_thread", "execution"];
const ORGANISM: [&str; 9] = [
    "name",
    "description",
    "entry",
    "timeout",
    "timeout_seconds",
    "max_messages",
    "max_tokens",
    "max_tokens_per_thread",
    "concurrency",
];
const STRATEGIES: [&str; 3] = ["failover", "round-robin", "least-loaded"];

const TIMEOUT_DEFAULT_MS: u64 = 300_000;
const MAX_MESSAGES_DEFAULT: u32 = 1_000;
const MAX_TOKENS_DEFAULT: u64 = 100_000;

/// What the `organism:` section says, with defaults.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) description: Option<String>,
    /// As written; a listener's name.
    pub(super) entry: Option<(String, Span)>,
    pub(super) timeout_ms: u64,
    pub(super) max_messages: u32,
    pub(super) max_tokens: u64,
    pub(super) concurrency: Option<u32>,
    pub(super) llm: LlmDefaults,
}

/// Reads everything but the listeners; without an `organism` section there is nothing more to read.
pub(super) fn read(report: &mut Report<'_>, root: &Node) -> Option<Head> {
    fields::check_keys(report, root, "the file", &SECTIONS, &legacy::SECTIONS);
    let Some(organism) = root.get("organism") else {
        report
            .error("missing_organism", Span::at(root.span.start), "there is no `organism` section")
            .hint("begin with `organism:` and, indented below it, `name: my-flow`");
        return None;
    };
    if !fields::is_map(report, organism, "`organism`") {
        return None;
    }
    fields::check_keys(report, organism, "`organism`", &ORGANISM, &legacy::ORGANISM_KEYS);
    let execution = root.get("execution");
    if let Some(execution) = execution {
        fields::check_keys(report, execution, "`execution`", &["timeout_seconds"], &legacy::EXECUTION_KEYS);
    }
    let entry = fields::text(report, organism, "entry").map(str::to_owned);
    let max_messages = fields::whole_u32(report, organism, "max_messages", (1, 200_000));
    Some(Head {
        name: name(report, organism),
        description: fields::text(report, organism, "description").map(str::to_owned),
        entry: entry.zip(organism.get("entry").map(|node| node.span)),
        timeout_ms: timeout_ms(report, organism, execution),
        max_messages: max_messages.unwrap_or(MAX_MESSAGES_DEFAULT),
        max_tokens: max_tokens(report, root, organism),
        concurrency: fields::whole_u32(report, organism, "concurrency", (1, 100_000)),
        llm: llm(report, root),
    })
}

fn name(report: &mut Report<'_>, organism: &Node) -> String {
    let name = fields::text(report, organism, "name").unwrap_or_default().trim();
    let is_wrong_type = organism.get("name").is_some_and(|name| name.text().is_none());
    if name.is_empty() && !is_wrong_type {
        let span = organism.entry("name").map_or(Span::at(organism.span.start), |entry| entry.value.span);
        report.error("missing_name", span, "the organism has no name").hint("add `name: my-flow`");
    } else if name.chars().count() > 100 {
        let span = organism.get("name").map(|node| node.span).unwrap_or_default();
        report.error("out_of_range", span, "the name is longer than 100 characters");
    }
    name.to_owned()
}

fn timeout_ms(report: &mut Report<'_>, organism: &Node, execution: Option<&Node>) -> u64 {
    let own = fields::duration_ms(report, organism, "timeout");
    let seconds = fields::duration_ms(report, organism, "timeout_seconds");
    let older = execution.and_then(|execution| fields::duration_ms(report, execution, "timeout_seconds"));
    own.or(seconds).or(older).unwrap_or(TIMEOUT_DEFAULT_MS)
}

fn max_tokens(report: &mut Report<'_>, root: &Node, organism: &Node) -> u64 {
    const BOUNDS: (u64, u64) = (1, 1_000_000_000);
    let own = fields::whole(report, organism, "max_tokens", BOUNDS);
    let own = own.or_else(|| fields::whole(report, organism, "max_tokens_per_thread", BOUNDS));
    own.or_else(|| fields::whole(report, root, "max_tokens_per_thread", BOUNDS)).unwrap_or(MAX_TOKENS_DEFAULT)
}

fn llm(report: &mut Report<'_>, root: &Node) -> LlmDefaults {
    let Some(llm) = root.get("llm") else { return LlmDefaults::default() };
    if !fields::is_map(report, llm, "`llm`") {
        return LlmDefaults::default();
    }
    fields::check_keys(
        report,
        llm,
        "`llm`",
        &["model", "strategy", "retries", "similarity"],
        &legacy::LLM_KEYS,
    );
    LlmDefaults {
        model: fields::text(report, llm, "model").map(str::to_owned),
        retries: fields::whole_u32(report, llm, "retries", (0, 20)),
        strategy: fields::one_of(report, llm, "strategy", &STRATEGIES).map(str::to_owned),
        similarity: fields::decimal(report, llm, "similarity", (0.5, 1.0)),
    }
}
