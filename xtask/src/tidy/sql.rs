//! SQL text stands in `sql.rs` files.

use super::Crate;
use crate::finding::Finding;

/// String literals that read as a statement, outside `sql.rs`, tests and the `db` room.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    if one.room().is_none() || one.is("db") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for source in one.sources.iter().filter(|source| source.file_name() != "sql.rs") {
        let statements = source
            .literals
            .iter()
            .filter(|literal| !source.is_test_line(literal.line) && is_statement(&literal.text));
        findings.extend(statements.map(|literal| {
            Finding::refused(
                &source.path,
                literal.line,
                "SQL outside sql.rs; move the statement to the room's sql.rs",
            )
        }));
    }
    findings
}

/// Whether text begins like a statement. The second mark tells SQL from a sentence that begins with the same verb.
fn is_statement(text: &str) -> bool {
    let text = text.replace("\\n", " ").replace('\\', " ").to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let second = words.get(1).copied().unwrap_or_default();
    let has = |word: &str| words.contains(&word);
    match words.first().copied().unwrap_or_default() {
        "select" => has("from") || second.starts_with(|c: char| c.is_ascii_digit()) || second.contains('('),
        "insert" => matches!(second, "into" | "or"),
        "update" => has("set"),
        "delete" => second == "from",
        "with" => has("as") && words.iter().any(|word| word.contains('(')) && has("select"),
        "create" => matches!(
            second,
            "table" | "index" | "unique" | "view" | "temp" | "temporary" | "schema" | "extension"
        ),
        "alter" | "drop" | "truncate" => matches!(second, "table" | "index" | "column" | "schema" | "view"),
        "pragma" | "vacuum" => words.len() > 1,
        "begin" => matches!(second, "immediate" | "transaction" | "deferred" | "exclusive"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn statements_are_known_in_any_case_and_over_lines() {
        for text in [
            "SELECT id FROM flows",
            "select 1",
            "\n  insert into flows (id) values ($1)",
            "UPDATE flows SET name = $1",
            "delete from flows",
            "WITH due AS (SELECT 1) SELECT * FROM due",
            "Create Unique Index a on b (c)",
            "PRAGMA quick_check",
        ] {
            assert!(is_statement(text), "{text}");
        }
    }

    #[test]
    fn sentences_are_not() {
        for text in [
            "select a model first",
            "update the flow, then start it",
            "with a key",
            "delete a flow",
            "create a flow",
            "",
            "selected from",
            "update",
        ] {
            assert!(!is_statement(text), "{text}");
        }
    }

    #[test]
    fn it_is_refused_outside_sql_rs_and_tests() {
        let statement = "const A: &str =\n    \"SELECT 1\";\n#[cfg(test)]\nconst B: &str = \"SELECT 2\";\n";
        let files =
            [("crates/core/llm/src/a.rs", statement), ("crates/core/llm/src/calls/sql.rs", statement)];
        let places: Vec<(String, usize)> = check(&sample("blox-llm", "crates/core/llm", &files))
            .into_iter()
            .map(|f| (f.file, f.line))
            .collect();
        assert_eq!(places, [("crates/core/llm/src/a.rs".to_owned(), 2)]);
    }
}
