//! Whether a server answers on this configuration's address.

use super::Finding;
use crate::commands::ask_server;
use crate::config::Config;

const AREA: &str = "server";

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let place = format!("{}:{}", config.host, config.port);
    vec![match ask_server(config, "/health/ready").await {
        Err(_) => Finding::fine(AREA, format!("nobody listens on {place}")),
        Ok(answer) if answer.starts_with("HTTP/1.1 200") => {
            Finding::fine(AREA, format!("takes work on {place}"))
        }
        Ok(answer) => {
            let said = answer.rsplit("\r\n").next().unwrap_or_default();
            Finding::warning(
                AREA,
                format!("what listens on {place} takes no work: {said}"),
                "it starts, drains, has no database or no room; or it is another program, and PORT should be another",
            )
        }
    }]
}
