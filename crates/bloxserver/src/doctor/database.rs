//! The database: whether it is reached, sound, of this program's version, and set up to keep its promises.

use db::{Db, Examination, FileFacts, Nature, ServerFacts, Settings, Target};
use kit::{Clock, Sources};

use super::{Finding, Report};
use crate::config::Config;

const AREA: &str = "database";
const CLOCKS: &str = "clocks";
/// The log is emptied long before; a larger one is held by a reader that never ends.
const LARGE_LOG_BYTES: u64 = 512 * 1024 * 1024;
/// The oldest PostgreSQL that its makers still mend.
const OLDEST_MENDED: i64 = 140_000;
/// The oldest that understands every statement (`AS MATERIALIZED`).
const OLDEST_POSSIBLE: i64 = 120_000;
/// From where on clocks that differ are felt: in schedules, and in how long ago things were.
const SKEW_FELT_MS: i64 = 1_000;
/// What sign-in allows.
const SKEW_HARMFUL_MS: i64 = 5_000;

/// Looks at it; answers it when the other rooms can read it.
pub(super) async fn look(config: &Config, sources: &Sources, report: &mut Report) -> Option<Db> {
    let url = config.database_url();
    let settings = match Settings::from_url(url.expose()) {
        Ok(settings) => Settings { connections: 2, ..settings },
        Err(error) => {
            report.add(Finding::error(AREA, error.to_string(), "set DATABASE_URL"));
            return None;
        }
    };
    if let Target::Sqlite(path) = &settings.target
        && !path.exists()
    {
        report.add(Finding::fine(
            AREA,
            format!("{} is not there yet; the first start makes it", path.display()),
        ));
        return None;
    }
    let found = async {
        let db = Db::open_to_read(&settings)?;
        let found = db.examine().await?;
        Ok::<_, db::Error>((db, found))
    };
    let (db, found) = match found.await {
        Ok(found) => found,
        Err(error) => {
            report.add(Finding::error(
                AREA,
                format!("{:?}: {error}", settings.target),
                "is it running, and are host, port, name, user and password in DATABASE_URL right?",
            ));
            return None;
        }
    };
    let is_readable = judge(&found, config.auto_create_tables, report);
    compare_clocks(&db, &sources.clock, report).await;
    is_readable.then_some(db)
}

/// Whether more connections are asked for than the server has.
pub(super) async fn look_at_connections(db: Option<&Db>, living: usize, report: &mut Report) {
    let Some(db) = db else { return };
    let Ok(Examination { nature: Nature::Server(server), .. }) = db.examine().await else { return };
    report.extend(connections(&server, i64::try_from(living.max(1)).unwrap_or(i64::MAX)));
}

/// Tells what is wrong; answers whether its tables can be read.
fn judge(found: &Examination, creates_tables: bool, report: &mut Report) -> bool {
    let place = match &found.nature {
        Nature::File(file) => {
            report.extend(about_file(file));
            if file.damage.is_some() {
                return false;
            }
            format!(" at {}", file.path.display())
        }
        Nature::Server(server) => {
            report.extend(about_server(server));
            String::new()
        }
    };
    let mb = found.size_bytes / 1_000_000;
    report.add(Finding::fine(
        AREA,
        format!("{}{place}, {mb} MB, migration {}", found.product, found.migration),
    ));
    if !found.unknown.is_empty() {
        report.add(Finding::error(
            AREA,
            format!(
                "a newer bloxserver has migrated it ({}): this one does not start",
                listed(&found.unknown)
            ),
            "run the newer bloxserver, or restore a backup",
        ));
    } else if !found.missing.is_empty() {
        let missing = listed(&found.missing);
        let finding = match creates_tables {
            true => Finding::warning(
                AREA,
                format!("migrations are missing ({missing}); the next start makes them"),
                "make a backup first: `bloxserver backup` (SQLite), pg_dump (PostgreSQL)",
            ),
            false => Finding::error(
                AREA,
                format!(
                    "migrations are missing ({missing}), and AUTO_CREATE_TABLES is false: the server does not start"
                ),
                "run `bloxserver migrate`",
            ),
        };
        report.add(finding);
    }
    found.missing.is_empty()
}

fn listed(numbers: &[i64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn about_file(file: &FileFacts) -> Vec<Finding> {
    let path = file.path.display();
    let mut found = Vec::new();
    if let Some(damage) = &file.damage {
        found.push(Finding::error(
            AREA,
            format!("{path} is damaged: {damage}"),
            "stop the server, keep the file, and restore a backup; `sqlite3 FILE .recover` saves what can be read",
        ));
    }
    if file.log_bytes > LARGE_LOG_BYTES {
        found.push(Finding::warning(
            AREA,
            format!("the write-ahead log beside {path} has {} MB", file.log_bytes / 1_000_000),
            "another program may hold the file open; a restart of the server empties the log",
        ));
    }
    if !file.gives_back {
        found.push(Finding::warning(
            AREA,
            format!("{path} never gets smaller"),
            "stop the server and run `sqlite3 FILE 'PRAGMA auto_vacuum=INCREMENTAL; VACUUM;'` once",
        ));
    }
    found
}

fn about_server(server: &ServerFacts) -> Vec<Finding> {
    let is = |name: &str, value: &str| server.settings.get(name).is_some_and(|found| found == value);
    let reload = |line: &str| format!("set {line} in postgresql.conf (or ALTER SYSTEM) and reload");
    let mut found = Vec::new();
    let mut error = |message: &str, hint: String| found.push(Finding::error(AREA, message, hint));
    if server.version < OLDEST_POSSIBLE {
        error(
            "this PostgreSQL is too old: 12 is the oldest that works",
            "upgrade to a current one".to_owned(),
        );
    }
    if is("fsync", "off") {
        error("fsync=off: a crash of its machine damages the database", reload("fsync = on"));
    }
    if is("synchronous_commit", "off") {
        error(
            "synchronous_commit=off: a crash loses what was acknowledged",
            "set it to on, for the server, the database or the user (ALTER ROLE … SET synchronous_commit = on)"
                .to_owned(),
        );
    }
    if is("in_hot_standby", "on") {
        error("this is a standby, which takes no writes", "name the primary in DATABASE_URL".to_owned());
    }
    let mut warning = |message: &str, hint: String| found.push(Finding::warning(AREA, message, hint));
    if (OLDEST_POSSIBLE..OLDEST_MENDED).contains(&server.version) {
        warning("this PostgreSQL is not mended any more", "upgrade to a current one".to_owned());
    }
    if is("full_page_writes", "off") {
        warning("full_page_writes=off: a torn page stays torn", reload("full_page_writes = on"));
    }
    if is("autovacuum", "off") {
        warning("autovacuum=off: space of deleted rows is never used again", reload("autovacuum = on"));
    }
    if !is("default_transaction_isolation", "read committed") {
        warning(
            "default_transaction_isolation is not read committed: commits of several nodes refuse each other",
            reload("default_transaction_isolation = 'read committed'"),
        );
    }
    found
}

fn connections(server: &ServerFacts, nodes: i64) -> Option<Finding> {
    let number =
        |name: &str| server.settings.get(name).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let free = number("max_connections") - number("superuser_reserved_connections");
    // A node's pool, and the line that carries signals.
    let a_node = Settings::from_url("postgres://").map_or(16, |settings| settings.connections);
    let needed = nodes.saturating_mul(i64::try_from(a_node).unwrap_or(i64::MAX).saturating_add(1));
    let said = format!("{nodes} × {} connections of {free}, {} are in use", a_node + 1, server.connections);
    let raise = "raise max_connections of PostgreSQL, or run fewer nodes";
    match needed {
        _ if needed > free => Some(Finding::error(AREA, format!("too few connections: {said}"), raise)),
        // Another node comes with every rolling restart.
        _ if needed / nodes * (nodes + 1) > free => {
            Some(Finding::warning(AREA, format!("no connections for one more node: {said}"), raise))
        }
        _ => Some(Finding::fine(AREA, said)),
    }
}

/// The best of a few tries: whatever else the answer had to wait for is no skew.
async fn compare_clocks(db: &Db, clock: &Clock, report: &mut Report) {
    let mut best: Option<(i64, i64)> = None;
    for _ in 0..3 {
        let before = clock.now();
        let Ok(Some(theirs)) = db.clock().await else { return };
        let took_ms = clock.now().since_ms(before);
        let ahead_ms = theirs.since_ms(before.plus_ms(took_ms / 2));
        best = best.filter(|(fastest_ms, _)| *fastest_ms <= took_ms).or(Some((took_ms, ahead_ms)));
    }
    let Some((took_ms, ahead_ms)) = best else { return };
    // What may be the answer's way is no skew either.
    report.add(about_clock("the database's clock", ahead_ms, ahead_ms.abs().saturating_sub(took_ms)));
}

/// What it means that a clock is ahead of this machine's; negative is behind.
pub(super) fn about_clock(whose: &str, ahead_ms: i64, surely_ms: i64) -> Finding {
    let way = if ahead_ms < 0 { "behind" } else { "ahead of" };
    let said = format!("{whose} is {} ms {way} this machine's", ahead_ms.abs());
    let hint = "let both machines follow a time server (chrony, systemd-timesyncd)";
    match surely_ms {
        _ if surely_ms > SKEW_HARMFUL_MS => Finding::error(CLOCKS, said, hint),
        _ if surely_ms > SKEW_FELT_MS => Finding::warning(CLOCKS, said, hint),
        _ => Finding::fine(CLOCKS, said),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;

    fn server(settings: &[(&str, &str)]) -> ServerFacts {
        let usual = [
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("full_page_writes", "on"),
            ("autovacuum", "on"),
            ("in_hot_standby", "off"),
            ("default_transaction_isolation", "read committed"),
            ("max_connections", "100"),
            ("superuser_reserved_connections", "3"),
        ];
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let settings = usual.iter().chain(settings).map(own).collect();
        ServerFacts { version: 160_004, settings, connections: 5 }
    }

    #[test]
    fn a_setting_of_postgresql_that_breaks_a_promise_is_an_error() {
        assert!(about_server(&server(&[])).is_empty());
        for (name, value, level) in [
            ("fsync", "off", Level::Error),
            ("synchronous_commit", "off", Level::Error),
            ("in_hot_standby", "on", Level::Error),
            ("full_page_writes", "off", Level::Warning),
            ("autovacuum", "off", Level::Warning),
            ("default_transaction_isolation", "serializable", Level::Warning),
        ] {
            let found = about_server(&server(&[(name, value)]));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].level, level, "{found:?}");
        }
        for (version, level) in [(110_000, Level::Error), (130_000, Level::Warning)] {
            assert_eq!(about_server(&ServerFacts { version, ..server(&[]) })[0].level, level);
        }
    }

    #[test]
    fn connections_are_counted_for_one_node_more() {
        // 97 are free, 17 a node.
        for (nodes, level) in [(1, Level::Fine), (4, Level::Fine), (5, Level::Warning), (6, Level::Error)] {
            assert_eq!(connections(&server(&[]), nodes).unwrap().level, level, "{nodes}");
        }
    }

    #[test]
    fn a_skew_that_may_be_the_answers_way_is_none() {
        assert_eq!(about_clock("x", 4_000, 900).level, Level::Fine);
        assert_eq!(about_clock("x", -1_500, 1_400).level, Level::Warning);
        let finding = about_clock("x", -9_000, 8_990);
        assert!(finding.level == Level::Error && finding.message.contains("9000 ms behind"), "{finding:?}");
    }

    #[test]
    fn missing_and_unknown_migrations_decide_who_can_read() {
        let base = Examination {
            product: "PostgreSQL 16.4".to_owned(),
            size_bytes: 0,
            migration: 26,
            missing: Vec::new(),
            unknown: Vec::new(),
            nature: Nature::Server(server(&[])),
        };
        for (missing, unknown, creates, can_read, level) in [
            (vec![], vec![], true, true, Level::Fine),
            (vec![25], vec![], true, false, Level::Warning),
            (vec![25], vec![], false, false, Level::Error),
            (vec![], vec![99], true, true, Level::Error),
        ] {
            let mut report = Report::default();
            let found = Examination { missing, unknown, ..base.clone() };
            assert_eq!(judge(&found, creates, &mut report), can_read, "{found:?}");
            assert_eq!(report.findings().iter().map(|one| one.level).max(), Some(level), "{found:?}");
        }
    }
}
