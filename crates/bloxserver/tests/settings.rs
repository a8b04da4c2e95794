//! Every setting: read from the environment, from `.env` and from a flag; refused by name when it is wrong.

#![expect(clippy::expect_used, reason = "a test ends where it cannot go on")]

use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// The program in a folder of its own, with nothing in the environment but what is given; it has ten seconds to end,
/// which a server that starts does not.
fn run(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bloxserver"))
        .current_dir(folder)
        .env_clear()
        .envs(environment.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let has_ended = (0..1_000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        child.try_wait().expect("a child").is_some()
    });
    if !has_ended {
        child.kill().expect("a process that can be killed");
    }
    let output = child.wait_with_output().expect("what it said");
    assert!(has_ended, "{arguments:?} with {environment:?} goes on: {}", said(&output));
    output
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn shown(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A value that is allowed, and not the default, for each setting. Those of secrets are to be masked.
const ALLOWED: [(&str, &str); 49] = [
    ("ENV", "development"),
    ("HOST", "0.0.0.0"),
    ("PORT", "9000"),
    ("BLOX_DATA_DIR", "/var/lib/blox"),
    ("DATABASE_URL", "postgres://me:canary@db/blox"),
    ("REDIS_URL", "redis://:canary@cache:6379"),
    ("AUTO_CREATE_TABLES", "false"),
    ("DISK_LOW_MB", "500"),
    ("RETENTION_DAYS", "free=1,2"),
    ("RETENTION_EXECUTIONS", "500"),
    ("LLM_RETENTION_DAYS", "30"),
    ("CLERK_ISSUER", "https://clerk.example.com"),
    // The name of a server, as Clerk writes it: it is public.
    ("CLERK_PUBLISHABLE_KEY", "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k"),
    ("CLERK_AUDIENCE", "blox"),
    ("CLERK_AUTHORIZED_PARTIES", "https://app.example.com"),
    ("CLERK_WEBHOOK_SECRET", "whsec_canary"),
    ("DEFAULT_TIER", "enterprise"),
    ("AUDIT_DAYS", "30"),
    ("EGRESS_ALLOW", "ollama.lan:11434,10.0.0.0/8"),
    ("TRUSTED_PROXIES", "10.0.0.0/8"),
    ("METRICS_ADDR", "127.0.0.1:9100"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=canary"),
    ("OTEL_SERVICE_NAME", "flows"),
    ("NODE_ADDRESS", "10.0.0.7:8000"),
    ("API_KEY_ENCRYPTION_KEY", "canary"),
    ("CORS_ORIGINS", "https://a.example.com,https://b.example.com:8443"),
    ("WEBHOOK_BASE_URL", "https://flows.example.com/webhooks"),
    ("ENABLE_DOCS", "false"),
    ("RUST_LOG", "engine=debug,info"),
    ("LOG_FORMAT", "json"),
    ("OPENAI_API_KEY", "sk-canary"),
    ("ANTHROPIC_API_KEY", "sk-canary"),
    ("XAI_API_KEY", "sk-canary"),
    ("TOGETHER_API_KEY", "sk-canary"),
    ("OLLAMA_BASE_URL", "http://127.0.0.1:11434"),
    ("LLM_BASE_URL", "http://127.0.0.1:8001/v1"),
    ("LLM_API_KEY", "sk-canary"),
    ("LLM_CONFIG", "models.yaml"),
    ("SMTP_URL", "smtp://me:canary@mail.example.com"),
    ("SMTP_FROM", "Flows <flows@example.com>"),
    ("BRAVE_SEARCH_API_KEY", "canary"),
    ("SEARXNG_URL", "https://search.example.com"),
    ("WATCHDOG", "warn"),
    ("WATCHDOG_REPEATS", "4,8"),
    ("WATCHDOG_TOKENS", "50,90"),
    ("ALERT_WEBHOOK_URL", "https://hooks.example.com/blox"),
    ("ALERT_WEBHOOK_SECRET", "whsec_canary"),
    ("LLM_DEFAULT_MODEL", "echo"),
];

/// What `config` must show for a value.
fn line(name: &str, value: &str) -> String {
    format!("{name}={}", if value.contains("canary") { "***" } else { value })
}

#[test]
fn each_is_read_from_the_environment_from_the_file_and_from_a_flag() {
    let folder = folder();
    let known = shown(&run(folder.path(), &[], &["config", "--names"]));
    let named: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    assert_eq!(known.lines().collect::<Vec<_>>(), named, "the table of this test has every setting");
    let flags: Vec<String> = ALLOWED
        .iter()
        .map(|(name, value)| format!("--{}={value}", name.to_lowercase().replace('_', "-")))
        .collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).chain(["config"]).collect();
    let file = ALLOWED.map(|(name, value)| format!("{name}='{value}'\n")).concat();
    let by_flag = shown(&run(folder.path(), &[], &flags));
    let by_environment = shown(&run(folder.path(), &ALLOWED, &["config"]));
    std::fs::write(folder.path().join(".env"), file).expect("a file");
    let by_file = shown(&run(folder.path(), &[], &["config"]));
    for (way, all) in [("flag", by_flag), ("environment", by_environment), ("file", by_file)] {
        for (name, value) in ALLOWED {
            assert!(all.lines().any(|it| it == line(name, value)), "{name} by {way}: {all}");
        }
        assert!(!all.contains("canary"), "a secret shows: {all}");
    }
}

#[test]
fn a_flag_goes_before_the_environment_and_that_before_the_file() {
    let folder = folder();
    std::fs::write(folder.path().join(".env"), "PORT=1001\nHOST=127.0.0.2\n").expect("a file");
    let all = shown(&run(folder.path(), &[("PORT", "1002")], &["config"]));
    assert!(all.contains("PORT=1002\n") && all.contains("HOST=127.0.0.2\n"), "{all}");
    let all = shown(&run(folder.path(), &[("PORT", "1002")], &["config", "--port=1003"]));
    assert!(all.contains("PORT=1003\n"), "{all}");
}

#[test]
fn what_is_absent_shows_its_default() {
    let all = shown(&run(folder().path(), &[("BLOX_DATA_DIR", "/d")], &["config"]));
    for line in [
        "ENV=production",
        "HOST=127.0.0.1",
        "PORT=8000",
        "DATABASE_URL=sqlite:///d/bloxserver.db",
        "AUTO_CREATE_TABLES=true",
        "DEFAULT_TIER=free",
        "CORS_ORIGINS=http://localhost:3000,https://app.openblox.ai",
        "WEBHOOK_BASE_URL=http://127.0.0.1:8000/webhooks",
        "ENABLE_DOCS=true",
        "RUST_LOG=info",
        "API_KEY_ENCRYPTION_KEY=",
    ] {
        assert!(all.lines().any(|it| it == line), "{line} is not in {all}");
    }
}

#[test]
fn a_wrong_value_stops_the_start_with_its_name_and_what_is_allowed() {
    let folder = folder();
    for (name, value, allowed) in [
        ("ENV", "prod", "development"),
        ("HOST", "localhost", "127.0.0.1"),
        ("PORT", "70000", "65535"),
        ("PORT", "http", "65535"),
        ("DATABASE_URL", "mysql://canary@db/blox", "sqlite://"),
        ("REDIS_URL", "http://:canary@cache", "redis://"),
        ("AUTO_CREATE_TABLES", "maybe", "true"),
        ("DISK_LOW_MB", "1GB", "digit"),
        ("RETENTION_DAYS", "free=7", "pro"),
        ("RETENTION_EXECUTIONS", "many", "no limit"),
        ("LLM_RETENTION_DAYS", "-1", "0.."),
        ("CLERK_ISSUER", "clerk", "https address"),
        ("CLERK_AUDIENCE", " ", "empty"),
        ("CLERK_PUBLISHABLE_KEY", "nonsense", "pk_"),
        ("CLERK_WEBHOOK_SECRET", "canary!", "whsec_"),
        ("DEFAULT_TIER", "gold", "enterprise"),
        ("EGRESS_ALLOW", "10.0.0.0/99", "10.0.0.0/99"),
        ("AUDIT_DAYS", "0", "1.."),
        ("NODE_ADDRESS", " ", "empty"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "https://"),
        ("WATCHDOG", "bite", "stop, warn or off"),
        ("WATCHDOG_REPEATS", "5,3", "such as 3,5"),
        ("ALERT_WEBHOOK_URL", "hooks", "https://"),
        ("TRUSTED_PROXIES", "proxy", "network"),
        ("METRICS_ADDR", "9100", "127.0.0.1:9100"),
        ("API_KEY_ENCRYPTION_KEY", "canary", "32 random bytes"),
        ("CORS_ORIGINS", "https://a.example.com/path", "origin"),
        ("WEBHOOK_BASE_URL", "flows.example.com", "https://"),
        ("ENABLE_DOCS", "1", "true"),
        ("RUST_LOG", "engine=loud", "debug"),
        ("LOG_FORMAT", "xml", "json"),
        ("LLM_BASE_URL", "ollama", "https://"),
        ("LLM_DEFAULT_MODEL", " ", "empty"),
    ] {
        let environment = [("ENV", "development"), ("PORT", "0"), (name, value)];
        let output = run(folder.path(), &environment, &["serve"]);
        let said = said(&output);
        assert!(!output.status.success(), "{name}={value} is taken");
        assert!(said.contains(name) && said.contains(allowed), "{name}={value}: {said}");
        assert!(!said.contains("canary"), "{name} shows its value: {said}");
    }
}
