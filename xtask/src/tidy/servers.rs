//! Only the edge and the frame know HTTP servers.

use super::Crate;
use crate::finding::Finding;
use crate::source::has_word;

const SERVERS: &[&str] = &["axum", "hyper", "hyper-util", "tower-http", "utoipa-axum"];

/// Server crates in what ships of any other room.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    if one.is_edge_or_frame() || one.room().is_none() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for server in SERVERS {
        let depends = one.package.dependencies.iter().any(|on| on.package == *server && !on.is_for_tests);
        if depends {
            findings.push(Finding::refused(one.manifest(), 0, complaint(server)));
        }
        let name = server.replace('-', "_");
        for source in &one.sources {
            let named = source.shipped().filter(|(_, code)| has_word(code, &name));
            findings.extend(named.map(|(line, _)| Finding::refused(&source.path, line, complaint(server))));
        }
    }
    findings
}

fn complaint(server: &str) -> String {
    format!("{server} is named outside the edge and the frame; hand a plain value up and let the edge answer")
}

#[cfg(test)]
mod tests {
    use super::super::{sample, ships};
    use super::*;

    #[test]
    fn a_server_below_the_edge_is_refused_but_in_tests() {
        let text = "use axum::Router;\n#[cfg(test)]\nmod tests {\n    use axum::Json;\n}\n";
        let mut one = sample("blox-nodes", "crates/core/nodes", &[("crates/core/nodes/src/a.rs", text)]);
        one.package.dependencies.push(ships("hyper"));
        let lines: Vec<usize> = check(&one).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 0]);
    }

    #[test]
    fn the_edge_and_the_frame_may() {
        let files = [("crates/edge/api/src/a.rs", "use axum::Json;")];
        assert!(check(&sample("blox-api", "crates/edge/api", &files)).is_empty());
        assert!(
            check(&sample(
                "bloxserver",
                "crates/bloxserver",
                &[("crates/bloxserver/src/a.rs", "axum::serve")]
            ))
            .is_empty()
        );
    }
}
