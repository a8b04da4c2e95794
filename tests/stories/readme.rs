//! What the pages print is what happens.

use std::process::Command;
use std::time::Duration;

use serde_json::Value as Json;

use crate::rig::{Api, Launch, RunToEnd, Store, Walk, until};

#[test]
fn the_walk_of_the_readme_works_as_printed() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let compared = Walk::of("README.md").run(store.folder(), &server.address().to_string());
    assert!(compared >= 4, "{compared}");
}

#[test]
fn getting_started_works_as_printed() {
    let store = Store::sqlite();
    let server = Launch::on(&store).start();
    let compared = Walk::of("docs/getting-started.md").run(store.folder(), &server.address().to_string());
    assert!(compared >= 3, "{compared}");
}

#[test]
fn make_run_prints_the_line_that_fires_the_sample_and_what_comes_back() {
    let store = Store::sqlite();
    let server = Launch::on(&store).argument("--sample").start();
    let log = until("the sample is explained", Duration::from_secs(20), || {
        Some(server.log()).filter(|log| log.contains("Ctrl-C"))
    });
    assert!(!log.contains('\u{1b}'), "colour without a terminal: {log}");
    let curl = log.lines().find(|line| line.starts_with("  curl ")).expect("a curl line");
    let promised =
        log.lines().find(|line| line.starts_with("  {\"customer\"")).expect("what comes back").trim();
    let answer = Command::new("bash").args(["-c", curl]).ended("").fine();
    assert_eq!(answer, promised);
    let parse = |text: &str| serde_json::from_str::<Json>(text).expect("JSON");
    assert_eq!(parse(Walk::of("README.md").first("json")), parse(&answer), "README.md prints another result");
    let steps = log.split_ascii_whitespace().find_map(|word| word.split_once("/api/v1")).expect("an address");
    let executions = Api::of(&server).done("GET", steps.1.trim_end_matches(','), None);
    assert_eq!(executions["total"], 1);
}

#[test]
fn a_second_make_run_finds_the_sample_where_it_was() {
    let store = Store::sqlite();
    let launch = Launch::on(&store).argument("--sample");
    let told = |log: &str| {
        let line = log.lines().rfind(|line| line.starts_with("  curl "));
        line.map(str::to_owned)
    };
    let mut server = launch.start();
    let first = until("the sample is explained", Duration::from_secs(20), || told(&server.log()));
    server.signal("INT");
    assert!(server.ended(Duration::from_secs(20)).success());
    let server = launch.start();
    until("it is explained again", Duration::from_secs(20), || {
        (server.log().matches("  curl ").count() == 2).then_some(())
    });
    assert_eq!(told(&server.log()), Some(first));
    assert_eq!(Api::of(&server).done("GET", "/flows", None)["total"], 1);
}
