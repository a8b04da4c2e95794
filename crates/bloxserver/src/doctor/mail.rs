//! Whether the mail server takes us.

use super::Finding;
use crate::config::Config;
use crate::rooms;

const AREA: &str = "mail";

pub(super) async fn look(config: &Config) -> Vec<Finding> {
    let settings = match rooms::mail(config) {
        Ok(Some(settings)) => settings,
        Ok(None) => return vec![Finding::fine(AREA, "no mail server (SMTP_URL): `email` fails and says so")],
        Err(error) => return vec![Finding::error(AREA, format!("{error:#}"), "correct that setting")],
    };
    let checked = match rooms::client(config) {
        Ok(client) => settings.check(&client).await.map_err(|error| error.to_string()),
        Err(error) => Err(format!("{error:#}")),
    };
    vec![match checked {
        Ok(()) => Finding::fine(AREA, format!("{} takes us", settings.host())),
        Err(reason) => Finding::error(
            AREA,
            format!("the mail server cannot be used: {reason}"),
            "check SMTP_URL; a private address has to stand in EGRESS_ALLOW",
        ),
    }]
}
