//! `flow` does no I/O, reads no clock and is not async.

use super::Crate;
use crate::finding::Finding;
use crate::source::has_word;

const DEPENDENCIES: &[&str] = &[
    "tokio",
    "tokio-util",
    "futures",
    "async-trait",
    "blox-db",
    "blox-net",
    "reqwest",
    "chrono",
    "uuid",
    "rand",
];
const WORDS: &[&str] = &["async", "await", "tokio", "Clock", "Entropy", "Sources"];
const PATHS: &[&str] = &["std::fs", "std::net", "std::thread", "std::process", "std::env", "std::time"];

/// What would make the pure core impure.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    if !one.is("flow") {
        return Vec::new();
    }
    let shipped = one.package.dependencies.iter().filter(|dependency| !dependency.is_for_tests);
    let wrong = shipped.filter(|dependency| DEPENDENCIES.contains(&dependency.package.as_str()));
    let mut findings: Vec<Finding> =
        wrong.map(|dependency| Finding::refused(one.manifest(), 0, complaint(&dependency.package))).collect();
    for source in &one.sources {
        for (line, code) in source.shipped() {
            let word = WORDS
                .iter()
                .find(|word| has_word(code, word))
                .or_else(|| PATHS.iter().find(|path| code.contains(**path)));
            findings.extend(word.map(|word| Finding::refused(&source.path, line, complaint(word))));
        }
    }
    findings
}

fn complaint(word: &str) -> String {
    format!("flow is pure: no {word} here; let the engine do it and hand the result in with the command")
}

#[cfg(test)]
mod tests {
    use super::super::{sample, ships};
    use super::*;

    #[test]
    fn async_io_and_clocks_are_refused_in_flow() {
        let text = "async fn a() {}\nfn b() { std::fs::read(p); }\nfn c(clock: &kit::Clock) {}\nfn d() {}";
        let mut one = sample("blox-flow", "crates/base/flow", &[("crates/base/flow/src/a.rs", text)]);
        one.package.dependencies.push(ships("tokio"));
        let lines: Vec<usize> = check(&one).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [0, 1, 2, 3]);
    }

    #[test]
    fn other_rooms_may() {
        assert!(
            check(&sample("blox-engine", "crates/core/engine", &[("a.rs", "async fn a() {}")])).is_empty()
        );
    }
}
