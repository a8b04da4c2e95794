//! No secret, token or payload reaches the log, however much is logged and whatever goes wrong.

use std::time::Duration;

use serde_json::json;

use crate::rig::{Api, Launch, Peer, RunToEnd, both_stores, request};

const PAYLOAD: &str = "canary-payload-5571";
const SECRET: &str = "canary-secret-value-5572";
const VARIABLE: &str = "canary-variable-5573";
const HEADER: &str = "canary-header-5574";
const PROVIDER_KEY: &str = "sk-canary-provider-key-5575";
const QUERY: &str = "canary-query-5576";
const MASTER_KEY: &str = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LTU1Nzc=";

both_stores! {
    fn a_whole_story_leaves_no_canary_in_the_log(store: &Store) {
        let peer = Peer::start(Duration::ZERO);
        let launch = Launch::on(store)
            .with("ENV", "production")
            .with("RUST_LOG", "trace")
            .with("API_KEY_ENCRYPTION_KEY", MASTER_KEY)
            .with("OPENAI_API_KEY", PROVIDER_KEY)
            .with("DEFAULT_TIER", "pro");
        let token = crate::rig::bloxserver(store.folder())
            .args(["token", "create", "--email", "ann@example.com"])
            .envs(store.variables())
            .env("API_KEY_ENCRYPTION_KEY", MASTER_KEY)
            .ended("")
            .fine();
        let token = token.trim();
        let server = launch.start();
        let api = Api::with_token(&server, token);
        api.ask("PUT", "/secrets/KEY", Some(&json!({ "value": SECRET })));
        api.ask("PUT", "/variables/PLACE", Some(&json!({ "value": VARIABLE })));
        api.ask("POST", "/api-keys", Some(&json!({ "provider": "openai", "apiKey": PROVIDER_KEY })));
        let yaml = format!(
            r#"
organism: {{name: quiet}}
listeners:
  - name: call
    description: Calls with a secret
    handler: http
    config: {{method: POST, url: "{}?q={QUERY}", headers: {{x-key: "{{{{ secret('KEY') }}}}"}}, body: "{{{{ input }}}}"}}
    next: stumble
  - name: stumble
    description: Fails over what it received
    handler: calculate
    config: {{expression: "input.nothing + '{PAYLOAD}'"}}
"#,
            peer.url("/quiet")
        );
        let flow = api.flow("quiet", &yaml);
        let hook = api.webhook(&flow, &json!({ "respond": "result" }));
        let fire = |path: &str, kind: &str, body: &str| {
            let headers = [("content-type", kind), ("x-story", HEADER), ("authorization", HEADER)];
            request(server.address(), "POST", path, &headers, body.as_bytes()).expect("an answer").status
        };
        let body = json!({ "text": PAYLOAD }).to_string();
        assert_eq!(fire(&hook, "application/json", &body), 500);
        // Refused ways in, with the canaries in every place.
        assert_eq!(fire(&hook, "application/json", &format!("{{{PAYLOAD}")), 400);
        assert_eq!(fire(&format!("{hook}{PAYLOAD}"), "text/plain", PAYLOAD), 404);
        assert_eq!(fire(&format!("{hook}?q={QUERY}"), "text/plain", PAYLOAD), 500);
        Api::with_token(&server, &format!("{token}{SECRET}")).ask("GET", "/me", None);
        api.ask("POST", "/flows", Some(&json!({ "name": PAYLOAD, "organismYaml": PAYLOAD, "x": SECRET })));
        api.ask("GET", &format!("/flows/{PAYLOAD}"), None);
        api.wait_until_all_ended(&flow, Duration::from_secs(20));
        let launch = server.kill();
        let mut server = launch.start();
        server.signal("TERM");
        assert!(server.ended(Duration::from_secs(20)).success());

        let log = server.log();
        assert!(log.contains("/webhooks/{token}"), "the story is not in the log at all: {log}");
        let password = store.database_url.as_deref().and_then(|url| url.split('@').next()?.rsplit(':').next());
        let secrets = [PAYLOAD, SECRET, VARIABLE, HEADER, PROVIDER_KEY, QUERY, MASTER_KEY, token];
        let hook_token = hook.rsplit('/').next().unwrap();
        for canary in secrets.into_iter().chain([hook_token]).chain(password) {
            let lines: Vec<&str> = log.lines().filter(|line| line.contains(canary)).take(3).collect();
            assert!(lines.is_empty(), "{canary} is in the log: {lines:#?}");
        }
    }
}
