//! Whether anybody can sign in.

use accounts::{Accounts, AccountsSettings, MasterKeys, Mode};
use db::Db;
use kit::Sources;

use super::Finding;
use crate::config::Config;
use crate::rooms::{self, client};

const AREA: &str = "sign-in";
const NO_TOKEN: &str = "make a token: `bloxserver token create --email you@example.com`; or set CLERK_ISSUER";

pub(super) async fn look(config: &Config, db: Option<&Db>, sources: &Sources) -> Vec<Finding> {
    let (mode, client) = match rooms::mode(config).and_then(|mode| Ok((mode, client(config)?))) {
        Ok(found) => found,
        Err(error) => return vec![Finding::error(AREA, format!("{error:#}"), "correct that setting")],
    };
    let finding = match &mode {
        Mode::Development => {
            Finding::fine(AREA, "development: whoever reaches this machine's port is dev@localhost")
        }
        Mode::Clerk(clerk) => match clerk.check(&client).await {
            Ok(keys) => Finding::fine(AREA, format!("{} answers, with {keys} usable keys", clerk.issuer())),
            Err(reason) => Finding::error(
                AREA,
                format!("the issuer's keys cannot be had: {reason}"),
                "check CLERK_ISSUER, and that this machine reaches it; personal tokens work all the same",
            ),
        },
        Mode::TokensOnly => match (db, MasterKeys::passing(&sources.entropy)) {
            (Some(db), Ok(keys)) => {
                let settings = AccountsSettings::new(mode.clone());
                let accounts = Accounts::new(settings, db.clone(), client, sources.clone(), keys);
                match accounts.check_that_somebody_can_sign_in().await {
                    Ok(()) => Finding::fine(AREA, "with personal tokens"),
                    Err(error) => Finding::error(AREA, error.to_string(), NO_TOKEN),
                }
            }
            _ => {
                Finding::error(AREA, "no personal token can be found, and there is no other way in", NO_TOKEN)
            }
        },
    };
    vec![finding]
}
