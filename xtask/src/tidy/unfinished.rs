//! Nothing is left half done or switched off.

use super::Crate;
use crate::finding::Finding;

const MARKS: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing; make it run or remove it"),
    ("todo!(", "finish it, or leave it out and say so"),
    ("unimplemented!(", "finish it, or leave it out and say so"),
    ("dbg!(", "remove it; use tracing where a line must stay"),
];

/// Marks of unfinished work, in tests as well.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in &one.sources {
        for (line, code) in source.numbered() {
            let found = MARKS.iter().filter(|(mark, _)| code.contains(mark));
            findings.extend(
                found.map(|(mark, rule)| Finding::refused(&source.path, line, format!("{mark}: {rule}"))),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn marks_are_refused_in_code_but_not_in_comments_or_literals() {
        let text = "fn a() { todo!() }\n// todo!()\nlet b = \"dbg!(\";\n#[cfg(test)]\nmod tests {\n    #[ignore]\n    fn c() {}\n}";
        let findings = check(&sample("blox-llm", "crates/core/llm", &[("a.rs", text)]));
        let lines: Vec<usize> = findings.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 6]);
    }
}
