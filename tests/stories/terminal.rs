//! The command line as somebody at a terminal meets it.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::rig::{Api, Launch, Peer, RunToEnd, Store, bloxserver, bloxserver_in};

const FINE: &str = "
organism: {name: hello}
listeners:
  - name: greet
    description: Makes the greeting
    handler: set
    config: {payload: {text: \"Hello {{ input.name }}\"}}
    next: reply
  - {name: reply, description: Answers, handler: output}
";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fine.yaml"), FINE).unwrap();
    fs::write(folder.path().join("wrong.yaml"), FINE.replace("next: reply", "next: replay")).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_help_is_short_and_says_what_there_is() {
    let folder = folder();
    let help = bloxserver_in(folder.path(), ["--help"]).fine();
    assert!(help.lines().count() < 40, "{help}");
    for word in [
        "serve", "check", "run", "migrate", "token", "user", "backup", "config", "doctor", "health",
        "version",
    ] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(word)), "{word}: {help}");
    }
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    let check = bloxserver_in(folder.path(), ["check", "--help"]).fine();
    assert!(!check.contains("CLERK"), "settings drown the help: {check}");
    let serve = bloxserver_in(folder.path(), ["serve", "--help"]).fine();
    for setting in bloxserver_in(folder.path(), ["config", "--names"]).fine().lines() {
        assert_eq!(serve.matches(&format!("  {setting} ")).count(), 1, "{setting}: {serve}");
    }
    let words = bloxserver_in(folder.path(), ["sevre"]).refused(2);
    assert!(words.contains("serve"), "{words}");
}

#[test]
fn check_reads_like_a_compiler_and_takes_several_files_and_standard_input() {
    let folder = folder();
    let said = bloxserver_in(folder.path(), ["check", "fine.yaml"]).fine();
    assert_eq!(said, "fine.yaml: fine\n");
    let ended = bloxserver_in(folder.path(), ["check", "fine.yaml", "wrong.yaml"]);
    assert_eq!(ended.stdout, "fine.yaml: fine\n");
    let words = ended.refused(1);
    for line in [
        "error[dangling_name]: there is no listener `replay`",
        " --> wrong.yaml:8:11",
        "8 |     next: replay",
        "  |           ^^^^^^",
        "  = hint: did you mean `reply`?",
        "wrong.yaml: 1 error, 1 warning",
    ] {
        assert!(words.lines().any(|one| one == line), "{line}: {words}");
    }
    assert!(!words.contains('\u{1b}'), "colour without a terminal");
    let said = bloxserver(folder.path()).args(["check", "-"]).ended(FINE).fine();
    assert_eq!(said, "-: fine\n");
    let ended = bloxserver_in(folder.path(), ["check", "--json", "wrong.yaml", "fine.yaml"]);
    let told: Json = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(ended.code, Some(1));
    assert_eq!(told[0]["file"], "wrong.yaml");
    assert_eq!(told[0]["diagnostics"][0]["code"], "dangling_name");
    assert_eq!(told[0]["diagnostics"][0]["line"], 8);
    assert_eq!(told[1]["diagnostics"], json!([]));
    let words = bloxserver_in(folder.path(), ["check", "nowhere.yaml"]).refused(1);
    assert!(words.contains("nowhere.yaml cannot be read"), "{words}");
}

#[test]
fn run_prints_its_steps_and_the_result_and_leaves_nothing_behind() {
    let folder = folder();
    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    fs::write(folder.path().join("input.json"), "{\"name\": \"Ada\"}").unwrap();
    let before = names(folder.path());
    let run = |arguments: &[&str]| {
        bloxserver(folder.path()).env("TMPDIR", &temporary).arg("run").args(arguments).ended("")
    };
    let ended = run(&["fine.yaml", "--input", "@input.json"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(serde_json::from_str::<Json>(&ended.stdout).unwrap(), json!({ "text": "Hello Ada" }));
    let steps: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(steps.len(), 4, "{}", ended.stderr);
    assert!(
        steps[1].contains("passed") && steps[1].contains("greet") && steps[1].contains(" ms"),
        "{}",
        steps[1]
    );
    let ended = run(&["fine.yaml", "--input", "{\"name\": \"Ada\"}", "--json"]);
    let steps: Vec<Json> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(steps.last().unwrap()["kind"], "ended");
    assert_eq!(steps.last().unwrap()["output"]["text"], "Hello Ada");
    run(&["fine.yaml"]).refused(1);
    run(&["wrong.yaml"]).refused(1);
    assert!(run(&["fine.yaml", "--input", "{"]).refused(1).contains("--input is not JSON"));
    assert_eq!(names(folder.path()), before);
    assert_eq!(names(&temporary), Vec::<String>::new());
}

#[test]
fn a_run_that_fails_says_where_and_why() {
    let folder = folder();
    let peer = Peer::start(std::time::Duration::ZERO);
    let yaml = format!(
        "organism: {{name: broken}}\nlisteners:\n  - {{name: call, description: Calls, handler: http, config: {{url: \"{}\"}}}}\n",
        peer.url("/x")
    );
    // Without EGRESS_ALLOW a private address is refused.
    let ended = bloxserver(folder.path()).args(["run", "-"]).ended(&yaml);
    let words = ended.refused(1);
    assert!(words.lines().any(|line| line.contains("failed") && line.contains("call")), "{words}");
    let last = words.lines().last().unwrap_or_default();
    assert!(last.starts_with("error: ") && last.contains("EGRESS_ALLOW"), "{words}");
    assert!(peer.calls().is_empty());
}

#[test]
fn a_backup_taken_under_load_opens_as_a_server() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let api = Api::of(&server);
    let flow = api.flow("hello", FINE);
    let hook = api.webhook(&flow, &json!({}));
    let body = json!({ "name": "Ada" }).to_string();
    let fire = || {
        let headers = [("content-type", "application/json")];
        let answer = crate::rig::request(server.address(), "POST", &hook, &headers, body.as_bytes()).unwrap();
        answer.json()["executionId"].as_str().unwrap().to_owned()
    };
    let before: Vec<String> = (0..50).map(|_| fire()).collect();
    let cli =
        |arguments: &[&str]| bloxserver(store.folder()).args(arguments).envs(store.variables()).ended("");
    let said = std::thread::scope(|scope| {
        let load = scope.spawn(|| (0..50).for_each(|_| drop(fire())));
        let said = cli(&["backup", "copy.db"]).fine();
        load.join().unwrap();
        said
    });
    assert!(said.contains("copy.db is a sound copy"), "{said}");
    let words = cli(&["backup", "copy.db"]).refused(1);
    assert!(words.contains("copy.db exists already"), "{words}");
    assert!(!store.folder().join("copy.db.part").exists());

    // The copy and the master key, in another place.
    let other = Store::sqlite();
    fs::create_dir(other.data()).unwrap();
    fs::copy(store.folder().join("copy.db"), other.data().join("bloxserver.db")).unwrap();
    fs::copy(store.data().join("master.key"), other.data().join("master.key")).unwrap();
    let restored = Launch::on(&other).start();
    let api = Api::of(&restored);
    api.wait_until_all_ended(&flow, std::time::Duration::from_secs(20));
    let there = api.executions(&flow);
    assert!(before.iter().all(|id| there.iter().any(|one| one["id"] == id.as_str())), "{}", there.len());
    // Its webhook works: the token's seal opened.
    let answer = crate::rig::request(
        restored.address(),
        "POST",
        &hook,
        &[("content-type", "application/json")],
        body.as_bytes(),
    );
    assert_eq!(answer.unwrap().status, 202);
}

#[test]
fn commands_on_a_database_that_is_not_there_make_none() {
    let folder = folder();
    let before = names(folder.path());
    for arguments in [
        ["backup", "copy.db"].as_slice(),
        &["user", "list"],
        &["user", "set-tier", "a@example.com", "pro"],
        &["token", "list", "--email", "a@example.com"],
    ] {
        let words = bloxserver_in(folder.path(), arguments).refused(1);
        assert!(words.contains("there is no database at"), "{words}");
    }
    assert_eq!(names(folder.path()), before);
}

#[test]
fn users_and_their_tiers_are_looked_after_from_the_command_line() {
    let store = Store::sqlite();
    let cli =
        |arguments: &[&str]| bloxserver(store.folder()).args(arguments).envs(store.variables()).ended("");
    cli(&["token", "create", "--email", "ann@example.com"]).fine();
    assert!(cli(&["user", "set-tier", "ann@example.com", "gold"]).refused(2).contains("high_frequency"));
    assert!(
        cli(&["user", "set-tier", "bob@example.com", "pro"])
            .refused(1)
            .contains("no user has the e-mail address")
    );
    cli(&["user", "set-tier", "ann@example.com", "enterprise"]).fine();
    let users: Json = serde_json::from_str(&cli(&["user", "list", "--json"]).fine()).unwrap();
    assert_eq!(users[0]["email"], "ann@example.com");
    assert_eq!(users[0]["tier"], "enterprise");
    assert!(cli(&["user", "list"]).fine().contains("ann@example.com"));
}

#[test]
fn health_and_version_answer_by_exit_code_and_in_one_line() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let port = server.address().port().to_string();
    let said = bloxserver(store.folder()).args(["health", "--port", &port]).ended("").fine();
    assert_eq!(said, "alive\n");
    let launch = server.kill();
    let port = launch.address().port().to_string();
    let words = bloxserver_in(store.folder(), ["health", "--port", &port]).refused(1);
    assert!(words.contains("nobody listens on"), "{words}");
    let version = bloxserver_in(store.folder(), ["version"]).fine();
    assert!(version.starts_with("bloxserver ") && version.lines().count() == 1, "{version}");
    assert_eq!(bloxserver_in(store.folder(), ["--version"]).fine(), version);
}

#[test]
fn config_masks_every_secret() {
    let folder = folder();
    let secrets =
        ["DATABASE_URL", "CLERK_WEBHOOK_SECRET", "API_KEY_ENCRYPTION_KEY", "OPENAI_API_KEY", "LLM_API_KEY"];
    let mut command = bloxserver(folder.path());
    for secret in secrets {
        command.env(secret, "postgres://user:canary@host/name");
    }
    let said = command.arg("config").ended("").fine();
    assert!(!said.contains("canary"), "{said}");
    for secret in secrets {
        assert!(said.lines().any(|line| line == format!("{secret}=***")), "{secret}: {said}");
    }
}
