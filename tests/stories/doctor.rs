//! `bloxserver doctor`: beside a running server, and on set-ups that are broken each in its own way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Launch, RunToEnd, Store, bloxserver, both_stores, until};

/// What the doctor says with some more settings, and by which code it ends.
fn examined(store: &Store, settings: &[(&str, &str)]) -> (Option<i32>, Vec<Json>) {
    let mut command = bloxserver(store.folder());
    command.args(["doctor", "--json"]).envs(store.variables()).envs(settings.iter().copied());
    let ended = command.ended("");
    let body: Json = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"));
    let findings = body["findings"].as_array().unwrap().clone();
    let errors = findings.iter().filter(|finding| finding["level"] == "error").count();
    assert_eq!(body["errors"], errors);
    assert_eq!(ended.code, Some(i32::from(errors > 0)), "{findings:#?}");
    (ended.code, findings)
}

/// The finding of an area and level whose message has those words.
fn find<'a>(findings: &'a [Json], area: &str, level: &str, words: &str) -> &'a Json {
    let is_it = |finding: &&Json| {
        let has = finding["message"].as_str().is_some_and(|message| message.contains(words));
        finding["area"] == area && finding["level"] == level && has
    };
    findings.iter().find(is_it).unwrap_or_else(|| panic!("no {level}[{area}] with {words}: {findings:#?}"))
}

/// Every file below a folder, with what is in it.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(contents(&path));
        } else {
            all.insert(path.display().to_string(), fs::read(&path).unwrap());
        }
    }
    all
}

const DEVELOPMENT: (&str, &str) = ("ENV", "development");

fn with_a_secret(store: &Store) {
    let mut server = Launch::on(store).start();
    Api::of(&server).done("PUT", "/secrets/KEY", Some(&json!({ "value": "canary" })));
    server.signal("TERM");
    assert!(server.ended(Duration::from_secs(20)).success());
}

both_stores! {
    fn beside_a_running_server_all_is_well(store: &Store) {
        let server = Launch::on(store).start();
        Api::of(&server).done("PUT", "/secrets/KEY", Some(&json!({ "value": "canary" })));
        let port = server.address().port().to_string();
        let (code, findings) = examined(store, &[DEVELOPMENT, ("PORT", &port)]);
        assert_eq!(code, Some(0));
        find(&findings, "server", "fine", "takes work");
        find(&findings, "nodes", "fine", "one is alive");
        find(&findings, "secrets", "fine", "1 sealed values, all open");
        find(&findings, "database", "fine", if store.database_url.is_some() { "PostgreSQL" } else { "SQLite" });
        assert!(!format!("{findings:?}").contains("canary"));
        // The server goes on as if nobody had looked.
        assert_eq!(server.get("/health/ready").status, 200);
        let node = server.kill();
        // Its last heartbeat is fresh for some seconds.
        let findings = until("the node is silent", Duration::from_secs(30), || {
            let (code, findings) = examined(store, &[DEVELOPMENT]);
            assert_eq!(code, Some(0), "{findings:#?}");
            findings.iter().any(|one| one["area"] == "nodes" && one["level"] == "warning").then_some(findings)
        });
        find(&findings, "nodes", "warning", "is silent since");
        find(&findings, "nodes", "fine", "no server runs on this database");
        node.start();
    }

    fn what_was_sealed_with_a_lost_key_is_an_error(store: &Store) {
        with_a_secret(store);
        fs::rename(store.data().join("master.key"), store.folder().join("kept.key")).unwrap();
        let (_, findings) = examined(store, &[DEVELOPMENT]);
        let lost = find(&findings, "secrets", "error", "1 of 1 sealed values do not open");
        assert!(lost["hint"].as_str().unwrap().contains("master.key"), "{lost}");
        assert!(!store.data().join("master.key").exists(), "it makes no key");
        let other = ("API_KEY_ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        find(&examined(store, &[DEVELOPMENT, other]).1, "secrets", "error", "do not open");
        let kept = fs::read_to_string(store.folder().join("kept.key")).unwrap();
        find(&examined(store, &[DEVELOPMENT, ("API_KEY_ENCRYPTION_KEY", kept.trim())]).1, "secrets", "fine", "all open");
    }

    fn a_server_that_nobody_could_sign_in_to_is_an_error(store: &Store) {
        with_a_secret(store);
        let (_, findings) = examined(store, &[]);
        let nobody = find(&findings, "sign-in", "error", "");
        assert!(nobody["hint"].as_str().unwrap().contains("token create"), "{nobody}");
        let create = ["token", "create", "--email", "ann@example.com"];
        bloxserver(store.folder()).args(create).envs(store.variables()).ended("").fine();
        find(&examined(store, &[]).1, "sign-in", "fine", "with personal tokens");
    }
}

#[test]
fn a_look_at_a_place_where_nothing_is_makes_nothing() {
    let store = Store::sqlite();
    let (code, findings) = examined(&store, &[DEVELOPMENT]);
    assert_eq!(code, Some(0), "{findings:#?}");
    find(&findings, "database", "fine", "is not there yet");
    assert_eq!(contents(store.folder()), BTreeMap::new());
}

#[test]
fn a_look_at_a_stopped_server_changes_nothing() {
    let store = Store::sqlite();
    with_a_secret(&store);
    let before = contents(&store.data());
    assert_eq!(examined(&store, &[DEVELOPMENT]).0, Some(0));
    let after = contents(&store.data());
    let names = before.keys().chain(after.keys());
    let changed: BTreeSet<_> = names.filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn a_damaged_file_and_a_folder_open_to_others_are_told() {
    let store = Store::sqlite();
    with_a_secret(&store);
    let path = store.data().join("bloxserver.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xAB);
    fs::write(&path, &bytes).unwrap();
    fs::set_permissions(store.data(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(store.data().join("master.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let (code, findings) = examined(&store, &[DEVELOPMENT, ("DISK_LOW_MB", "4000000000")]);
    assert_eq!(code, Some(1));
    find(&findings, "database", "error", "is damaged");
    find(&findings, "data folder", "warning", "mode 755");
    find(&findings, "data folder", "error", "nothing new is begun");
    find(&findings, "secrets", "error", "mode 644");
    assert_eq!(fs::read(&path).unwrap(), bytes);
}

#[test]
fn a_postgresql_that_is_away_or_forgets_commits_is_an_error() {
    let Some(store) = Store::postgres() else { return };
    let url = store.url();
    let separator = if url.contains("options=") { "%20-c%20" } else { "?options=-c%20" };
    let forgetful = format!("{url}{separator}synchronous_commit%3Doff");
    let (_, findings) = examined(&store, &[DEVELOPMENT, ("DATABASE_URL", &forgetful)]);
    find(&findings, "database", "error", "synchronous_commit=off");
    let away = "postgres://me:canary@127.0.0.1:1/nowhere";
    let (_, findings) = examined(&store, &[DEVELOPMENT, ("DATABASE_URL", away)]);
    find(&findings, "database", "error", "127.0.0.1:1");
    assert!(!format!("{findings:?}").contains("canary"));
}

#[test]
fn what_lies_outside_is_asked() {
    let store = Store::sqlite();
    let refusing = TcpListener::bind("127.0.0.1:0").unwrap();
    let provider = format!("http://{}/v1", refusing.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in refusing.incoming().flatten() {
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream
                .write_all(b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        }
    });
    let (code, findings) = examined(
        &store,
        &[
            ("ENV", "production"),
            ("CLERK_ISSUER", "http://127.0.0.1:9"),
            ("LLM_BASE_URL", &provider),
            ("LLM_API_KEY", "sk-canary"),
            ("SMTP_URL", "smtp://127.0.0.1:9?tls=none"),
            ("SMTP_FROM", "flows@example.com"),
            ("EGRESS_ALLOW", "127.0.0.1"),
            ("ALERT_WEBHOOK_URL", "http://127.0.0.1:9/x"),
            ("ALERT_WEBHOOK_SECRET", "canary"),
            ("HTTPS_PROXY", "http://proxy:3128"),
        ],
    );
    assert_eq!(code, Some(1));
    find(&findings, "sign-in", "error", "http://127.0.0.1:9/.well-known/jwks.json");
    let key = find(&findings, "models", "error", "generic does not take its key");
    assert!(key["hint"].as_str().unwrap().contains("LLM_API_KEY"), "{key}");
    find(&findings, "mail", "error", "127.0.0.1");
    find(&findings, "outgoing", "error", "ALERT_WEBHOOK_URL is not reached");
    find(&findings, "outgoing", "warning", "HTTPS_PROXY");
    find(&findings, "configuration", "warning", "EGRESS_ALLOW opens 127.0.0.1");
    assert!(!format!("{findings:?}").contains("canary"));
}

#[test]
fn it_reads_like_a_compiler() {
    let store = Store::sqlite();
    fs::write(store.folder().join(".env"), "WATCHDOG=off\nWATCHDGO=warn\n").unwrap();
    let said = bloxserver(store.folder()).arg("doctor").env("ENV", "development").ended("").fine();
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("fine["), "{said}");
    let at = lines.iter().position(|line| line.starts_with("warning[configuration]: WATCHDOG=off"));
    assert!(
        at.is_some_and(|at| lines[at + 1] == "  = hint: set WATCHDOG=warn to be told and stop nothing"),
        "{said}"
    );
    assert!(said.contains(".env sets WATCHDGO, which is no setting"), "{said}");
    assert!(lines.last().is_some_and(|last| last.starts_with("fine, with ")), "{said}");
}
