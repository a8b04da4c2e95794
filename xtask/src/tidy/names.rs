//! A module is named after its idea.

use super::Crate;
use crate::finding::Finding;

const BANNED: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "misc", "manager", "managers", "tools", "internal"];

/// Modules and files whose names say nothing.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &one.sources {
        if let Some(word) = banned_in_path(&source.path) {
            findings.push(Finding::refused(&source.path, 0, complaint(word)));
        }
        for (line, code) in source.numbered() {
            let word = inline_module(code).and_then(|name| BANNED.iter().find(|word| **word == name));
            findings.extend(word.map(|word| Finding::refused(&source.path, line, complaint(word))));
        }
    }
    findings
}

fn banned_in_path(path: &str) -> Option<&'static str> {
    let parts = path.strip_suffix(".rs").unwrap_or(path).split('/');
    parts.into_iter().find_map(|part| BANNED.iter().find(|word| **word == part).copied())
}

/// The name of a module with its body in place; one in a file of its own is found by its path.
fn inline_module(code: &str) -> Option<&str> {
    let (before, name) = code.trim().trim_end_matches('{').trim_end().rsplit_once("mod ")?;
    let is_declaration =
        code.trim_end().ends_with('{') && (before.is_empty() || before.trim_end().ends_with(['b', ')']));
    is_declaration.then_some(name)
}

fn complaint(word: &str) -> String {
    format!(
        "a module named {word} says nothing; name it after what it holds, or move each piece to the room that needs it"
    )
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_drawer_is_refused_as_a_file_a_folder_or_a_module() {
        let files = [
            ("crates/core/llm/src/utils.rs", "fn a() {}"),
            ("crates/core/llm/src/common/a.rs", "fn a() {}"),
            ("crates/core/llm/src/a.rs", "fn a() {}\npub(crate) mod helpers {\n}"),
        ];
        let findings = check(&sample("blox-llm", "crates/core/llm", &files));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [0, 0, 2]);
    }

    #[test]
    fn a_name_that_contains_the_word_passes() {
        let files = [("crates/core/llm/src/tools_of_agent.rs", "mod tests {\n}\nlet common = 1;")];
        assert!(check(&sample("blox-llm", "crates/core/llm", &files)).is_empty());
    }
}
