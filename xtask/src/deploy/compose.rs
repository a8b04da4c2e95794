//! The compose file: three services, each with a health check, the databases not published.

use serde_json::Value;

use super::yaml;
use crate::finding::Finding;

const SERVICES: &[&str] = &["postgres", "valkey", "server"];

/// What can be said of a compose file by reading it.
pub(super) fn check(path: &str, text: &str) -> Vec<Finding> {
    let document = match yaml::parse(text) {
        Ok(document) => document,
        Err(error) => return vec![Finding::refused(path, 0, format!("is not YAML: {error}"))],
    };
    SERVICES
        .iter()
        .flat_map(|name| service(name, &document["services"][*name]))
        .map(|rule| Finding::refused(path, 0, rule))
        .collect()
}

fn service(name: &str, value: &Value) -> Vec<String> {
    if value.is_null() {
        return vec![format!("the service {name} is missing")];
    }
    let mut rules = Vec::new();
    // The server's check stands in its Dockerfile.
    if value["healthcheck"].is_null() && value["build"].is_null() {
        rules.push(format!("{name} has no healthcheck"));
    }
    if name != "server" && !value["ports"].is_null() {
        rules.push(format!("{name} publishes ports; only the server is reached from outside"));
    }
    if value["restart"].is_null() {
        rules.push(format!("{name} does not say when it is restarted"));
    }
    if value["environment"]
        .as_object()
        .into_iter()
        .flatten()
        .any(|(key, value)| is_secret(key) && is_literal(value))
    {
        rules.push(format!("{name} has a secret in the file; take it from .env with ${{NAME:?}}"));
    }
    rules
}

fn is_secret(key: &str) -> bool {
    ["PASSWORD", "SECRET", "_KEY"].iter().any(|part| key.contains(part))
}

fn is_literal(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty() && !text.contains("${"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "services:
  postgres: {image: p, restart: always, healthcheck: {test: x}, environment: {POSTGRES_PASSWORD: '${P:?}'}}
  valkey: {image: v, restart: always, healthcheck: {test: x}}
  server: {build: ., restart: always, ports: ['8000:8000']}
";

    #[test]
    fn a_good_file_passes() {
        assert_eq!(check("compose.yaml", GOOD), []);
    }

    #[test]
    fn a_missing_service_a_published_database_and_a_written_secret_are_refused() {
        let bad = GOOD
            .replace("  valkey", "  redis")
            .replace("image: p,", "image: p, ports: ['5432:5432'],")
            .replace("'${P:?}'", "hunter2");
        let messages: Vec<String> =
            check("compose.yaml", &bad).into_iter().map(|finding| finding.message).collect();
        assert_eq!(messages.len(), 3, "{messages:?}");
    }

    #[test]
    fn what_is_not_yaml_is_refused_with_its_place() {
        let findings = check("compose.yaml", "services: [");
        assert!(findings[0].message.starts_with("is not YAML"), "{findings:?}");
    }
}
