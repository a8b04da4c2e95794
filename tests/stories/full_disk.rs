//! A full disk: nothing acknowledged is lost, callers are told to come again, and the database is sound afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Launch, Peer, RunToEnd, Store, request, until};

const YAML: &str = "
organism: {name: keep}
listeners:
  - {name: reply, description: Answers, handler: output}
";

/// A file system of its own, where the machine allows that.
struct Disk(PathBuf);

impl Disk {
    fn mount(folder: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
        if mount.is_ok_and(|output| output.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        eprintln!("skipped: this machine does not let us mount a file system");
        None
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Its folder cannot be removed before.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[test]
fn what_was_acknowledged_before_the_disk_was_full_is_there_afterwards() {
    let store = Store::sqlite();
    let Some(disk) = Disk::mount(&store.data(), "size=6m") else { return };
    let server = Launch::on(&store).with("DEFAULT_TIER", "enterprise").with("DISK_LOW_MB", "0").start();
    let api = Api::of(&server);
    let flow = api.flow("keep", YAML);
    let hook = api.webhook(&flow, &json!({}));
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    for number in 0..400 {
        // Not what compresses well.
        let noise: String = (0..3_000_u64)
            .map(|at| char::from(b'a' + ((at + number) * 2_654_435_761 % 8_191 % 26) as u8))
            .collect();
        let body = json!({ "number": number, "noise": noise }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = request(server.address(), "POST", &hook, &headers, body.as_bytes()).expect("an answer");
        match answer.status {
            202 => acknowledged.push(answer.json()["executionId"].as_str().unwrap().to_owned()),
            503 => {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                refused += 1;
            }
            status => panic!("{status} {}", answer.text()),
        }
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "the disk did not get full: {} acknowledged", acknowledged.len());
    assert!(!acknowledged.is_empty());
    assert_eq!(server.get("/health/live").status, 200);
    // The disk gets larger, the server is killed and started again.
    let grown = Command::new("mount").args(["-o", "remount,size=64m"]).arg(&disk.0).status().unwrap();
    assert!(grown.success());
    let server = server.kill().start();
    let api = Api::of(&server);
    api.wait_until_all_ended(&flow, Duration::from_secs(20));
    let recorded = api.executions(&flow);
    for id in &acknowledged {
        let execution =
            recorded.iter().find(|one| one["id"] == id.as_str()).expect("an acknowledged execution");
        assert_eq!(execution["status"], "success");
    }
    eprintln!(
        "{} acknowledged before the disk was full, {} recorded, 0 lost",
        acknowledged.len(),
        recorded.len()
    );
    let answer =
        request(server.address(), "POST", &hook, &[("content-type", "application/json")], b"{}").unwrap();
    assert_eq!(answer.status, 202);
}

const NAP: &str = "
organism: {name: nap}
listeners:
  - {name: nap, description: Sleeps, handler: delay, config: {for: 4s}, next: call}
  - {name: call, description: Calls, handler: http, config: {method: GET, url: '{{ input.url }}'}, next: reply}
  - {name: reply, description: Answers, handler: output}
";

#[test]
fn with_little_room_left_nothing_is_begun_and_all_goes_on_when_there_is_more() {
    let store = Store::sqlite();
    let Some(disk) = Disk::mount(&store.data(), "size=64m") else { return };
    let peer = Peer::start(Duration::ZERO);
    let server = Launch::on(&store).with("DEFAULT_TIER", "enterprise").with("DISK_LOW_MB", "30").start();
    let api = Api::of(&server);
    let (flow, nap) = (api.flow("keep", YAML), api.flow("nap", NAP));
    let (hook, sleeper) = (api.webhook(&flow, &json!({})), api.webhook(&nap, &json!({})));
    let fire = |hook: &str, body: &str| {
        request(server.address(), "POST", hook, &[("content-type", "application/json")], body.as_bytes())
            .expect("an answer")
    };
    assert_eq!(fire(&sleeper, &json!({ "url": peer.url("/woken") }).to_string()).status, 202);
    let ballast = disk.0.join("ballast");
    fs::write(&ballast, vec![1_u8; 45_000_000]).unwrap();
    until("readiness ends", Duration::from_secs(5), || {
        (server.get("/health/ready").status == 503).then_some(())
    });
    let refused = fire(&hook, "{}");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("disk_full")), "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("30"));
    assert_eq!(server.get("/health/ready").json()["code"], "disk_full");
    assert_eq!(server.get("/health/live").status, 200);
    let measured = server.get("/metrics").text();
    let free = measured.lines().find_map(|line| line.strip_prefix("bloxserver_disk_free_bytes ")).unwrap();
    assert!(free.parse::<f64>().unwrap() < 30e6, "{free}");
    // What falls due now is not begun.
    std::thread::sleep(Duration::from_secs(6));
    assert!(peer.calls().is_empty());
    assert_eq!(api.executions(&nap)[0]["status"], "running");
    fs::remove_file(&ballast).unwrap();
    api.wait_until_all_ended(&nap, Duration::from_secs(10));
    assert_eq!((api.executions(&nap)[0]["status"].as_str(), peer.calls().len()), (Some("success"), 1));
    assert_eq!(fire(&hook, "{}").status, 202);
    assert_eq!(server.get("/health/ready").status, 200);
}

#[test]
fn a_data_folder_that_cannot_be_written_is_named() {
    let store = Store::sqlite();
    let Some(_disk) = Disk::mount(&store.data(), "ro,size=1m") else { return };
    let words = Launch::on(&store).command().ended("").refused(1);
    assert!(words.contains(&store.data().display().to_string()), "{words}");
    assert!(words.contains("Read-only"), "{words}");
}
