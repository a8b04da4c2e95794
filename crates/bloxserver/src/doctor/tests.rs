use clap::Parser;
use engine::FlowDraft;
use journal::{Journal, NodeState};
use kit::ids::NodeId;
use kit::{Clock, Timestamp};

use super::{Level, Report, configuration, nodes, work};
use crate::Program;

/// Who looks stands here.
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn told(report: &Report) -> String {
    let lines =
        report.findings().iter().map(|one| format!("{} {}: {}\n", one.level.as_str(), one.area, one.message));
    lines.collect()
}

fn configured(flags: &[&str]) -> Report {
    let words = ["bloxserver"].iter().chain(flags).chain(&["doctor"]);
    let mut report = Report::default();
    configuration::look(&Program::parse_from(words).config, &mut report);
    report
}

#[test]
fn the_defaults_contradict_nothing() {
    for flags in [[].as_slice(), &["--env=development"]] {
        let report = configured(flags);
        assert_eq!((report.count(Level::Fine), report.findings().len()), (1, 1), "{}", told(&report));
    }
}

#[test]
fn what_contradicts_or_is_dangerous_is_named() {
    for (flags, name) in [
        (["--host=0.0.0.0"].as_slice(), "webhook addresses begin with http://0.0.0.0:8000"),
        (&["--webhook-base-url=http://flows.example.com/webhooks"], "WEBHOOK_BASE_URL is http"),
        (&["--egress-allow=mail.lan:25,0.0.0.0/0"], "EGRESS_ALLOW opens 0.0.0.0/0"),
        (&["--egress-allow=169.254.169.254"], "EGRESS_ALLOW opens 169.254.169.254"),
        (&["--trusted-proxies=10.0.0.1,0.0.0.0/0"], "TRUSTED_PROXIES is 0.0.0.0/0"),
        (&["--metrics-addr=0.0.0.0:9100"], "METRICS_ADDR is open"),
        (&["--cors-origins=http://app.example.com"], "CORS_ORIGINS has http://app.example.com"),
        (&["--database-url=postgres://me:canary@db.example.com/blox"], "the connection to db.example.com"),
        (&["--env=development", "--host=192.168.0.7"], "ENV=development has no effect"),
        (&["--clerk-issuer=https://clerk.example.com"], "CLERK_AUTHORIZED_PARTIES is empty"),
        (
            &["--clerk-publishable-key=pk_test_Y2xlcmsuZXhhbXBsZS5jb20k"],
            "CLERK_PUBLISHABLE_KEY has no effect",
        ),
        (&["--clerk-audience=blox"], "CLERK_AUDIENCE has no effect"),
        (&["--smtp-from=a@example.com"], "SMTP_FROM has no effect"),
        (&["--alert-webhook-url=https://a.example.com"], "ALERT_WEBHOOK_URL needs"),
        (&["--alert-webhook-secret=canary"], "ALERT_WEBHOOK_SECRET has no effect"),
        (&["--llm-api-key=canary"], "LLM_API_KEY has no effect"),
        (
            &["--searxng-url=https://s.example.com", "--brave-search-api-key=canary"],
            "BRAVE_SEARCH_API_KEY is not used",
        ),
        (&["--disk-low-mb=0"], "DISK_LOW_MB=0"),
        (&["--llm-retention-days=30"], "LLM_RETENTION_DAYS is under 31"),
        (&["--watchdog=off"], "WATCHDOG=off"),
        (&["--rust-log=debug"], "RUST_LOG=debug"),
    ] {
        let said = told(&configured(flags));
        assert!(said.contains(name), "{flags:?}: {said}");
        assert!(!said.contains("canary"), "{said}");
    }
}

#[test]
fn what_is_meant_is_not_complained_about() {
    for flags in [
        ["--egress-allow=127.0.0.1:11434,10.0.0.0/8,ollama.lan"].as_slice(),
        &["--webhook-base-url=http://localhost:8000/webhooks"],
        &["--cors-origins=http://localhost:3000,https://app.example.com"],
        &["--database-url=postgres://me@127.0.0.1/blox"],
        &["--database-url=postgres://me@db.example.com/blox?sslmode=require"],
        &["--rust-log=engine=debug,info", "--llm-retention-days=0"],
    ] {
        let report = configured(flags);
        assert_eq!(report.findings().len(), 1, "{flags:?}: {}", told(&report));
    }
}

/// A look at the register that takes two looks: the hands in between do what nodes do.
async fn looked(journal: &Journal, clock: &Clock, between: impl AsyncFnOnce()) -> (usize, String) {
    let mut report = Report::default();
    let look = nodes::look(journal, clock, &mut report);
    let hands = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        between().await;
        clock.advance_ms(4_000);
    };
    let (living, ()) = tokio::join!(look, hands);
    (living, told(&report))
}

db::testing::both_databases! {
    async fn nodes_that_live_die_or_live_in_another_time_are_told_apart(db: Db) {
        let (journal, clock) = (Journal::new(db), Clock::manual(NOW));
        let (fresh, dead, slow) = (NodeId::from_u128(1), NodeId::from_u128(2), NodeId::from_u128(3));
        journal.add_node(fresh, ("1.0", None), NOW.plus_ms(-3_000)).await.unwrap();
        let mut report = Report::default();
        assert_eq!(nodes::look(&journal, &clock, &mut report).await, 1);
        assert_eq!(told(&report), "fine nodes: one is alive\n");
        journal.add_node(dead, ("1.0", Some("10.0.0.2:8000")), NOW.plus_ms(-60_000)).await.unwrap();
        journal.add_node(slow, ("1.1", None), NOW.plus_ms(-60_000)).await.unwrap();
        let (living, said) = looked(&journal, &clock, async || {
            journal.beat(fresh, NodeState::Ready, 0, NOW.plus_ms(3_000)).await.unwrap();
            journal.beat(slow, NodeState::Ready, 0, NOW.plus_ms(-58_000)).await.unwrap();
        })
        .await;
        assert_eq!(living, 2, "{said}");
        assert!(said.contains(&format!("warning nodes: {dead} at 10.0.0.2:8000 is silent")), "{said}");
        assert!(said.contains(&format!("error clocks: the clock of node {slow} is 58000 ms behind")), "{said}");
        assert!(said.contains("warning nodes: nodes run versions 1.0 and 1.1"), "{said}");
    }

    async fn work_that_lies_is_an_error_when_somebody_should_do_it(db: Db) {
        let folder = tempfile::tempdir().unwrap();
        let config = Program::parse_from(["bloxserver", "--env=development", "--blox-data-dir", folder.path().to_str().unwrap(), "version"]).config;
        let rooms = crate::rooms::open(&config, &db).unwrap();
        rooms.engine.begin().await.unwrap();
        let owner = rooms.accounts.authenticate(&[], rooms.sources.clock.now()).await.unwrap().user.id;
        let yaml = "organism: {name: nap}\nlisteners:\n  - {name: nap, description: Sleeps, handler: delay, config: {for: 1h}, next: end}\n  - {name: end, description: Ends, handler: output}\n";
        let draft = FlowDraft {
            name: "nap".to_owned(),
            description: None,
            organism_yaml: Some(yaml.to_owned()),
            canvas_state: None,
        };
        let flow = rooms.engine.create_flow(owner, 1, draft).await.unwrap().id;
        rooms.engine.start_flow(owner, flow, None).await.unwrap();
        rooms.engine.run(owner, flow, serde_json::Value::Null).await.unwrap();
        let journal = Journal::new(db);
        let now = rooms.sources.clock.now();
        for (later_ms, living, expected) in [
            (0, 1, "fine work: 0 in queues, 0 due"),
            (2 * 3_600_000, 0, "warning work: 1 executions are due, the first for 36"),
            (2 * 3_600_000, 1, "error work: 1 executions are due"),
        ] {
            let mut said = String::new();
            // The execution parks soon after it began.
            for _ in 0..200 {
                let mut report = Report::default();
                work::look(&journal, now.plus_ms(later_ms), living, &mut report).await;
                said = told(&report);
                if said.contains(expected) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            }
            assert!(said.contains(expected), "{said}");
        }
        rooms.engine.close().await;
    }
}
