//! Only `db` names a database driver.

use super::Crate;
use crate::finding::Finding;
use crate::source::has_word;

const DRIVERS: &[&str] = &[
    "rusqlite",
    "tokio-postgres",
    "deadpool-postgres",
    "tokio-postgres-rustls",
    "refinery",
    "redis",
    "sqlx",
    "libsqlite3-sys",
];

/// Drivers in the manifest or the code of any other crate, tests included.
pub(super) fn check(one: &Crate) -> Vec<Finding> {
    if one.is("db") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for driver in DRIVERS {
        if one.package.dependencies.iter().any(|dependency| dependency.package == *driver) {
            findings.push(Finding::refused(one.manifest(), 0, complaint(driver)));
        }
        let name = driver.replace('-', "_");
        for source in &one.sources {
            let named = source.numbered().filter(|(_, code)| has_word(code, &name));
            findings.extend(named.map(|(line, _)| Finding::refused(&source.path, line, complaint(driver))));
        }
    }
    findings
}

fn complaint(driver: &str) -> String {
    format!("{driver} is named outside crates/base/db; go through db::Db")
}

#[cfg(test)]
mod tests {
    use super::super::{sample, ships};
    use super::*;

    const PATH: &str = "crates/core/journal/src/a.rs";

    #[test]
    fn a_driver_in_code_or_manifest_is_refused() {
        let mut one = sample(
            "blox-journal",
            "crates/core/journal",
            &[(PATH, "// rusqlite\nuse rusqlite::Connection;")],
        );
        one.package.dependencies.push(ships("tokio-postgres"));
        let places: Vec<(String, usize)> = check(&one).into_iter().map(|f| (f.file, f.line)).collect();
        assert_eq!(places, [(PATH.to_owned(), 2), ("crates/core/journal/Cargo.toml".to_owned(), 0)]);
    }

    #[test]
    fn the_db_room_may_name_them() {
        assert!(
            check(&sample("blox-db", "crates/base/db", &[("crates/base/db/src/a.rs", "use rusqlite::Row;")]))
                .is_empty()
        );
    }
}
