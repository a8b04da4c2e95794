use db::params;
use kit::Secret;
use kit::ids::OwnerId;

use super::{SECRETS_LIMIT, SecretInfo, hosts, name};
use crate::hint::hint;
use crate::{Accounts, Error, Place, Purpose, Result, sql};

const VALUE_MAX_BYTES: usize = 64 * 1024;

impl Accounts {
    /// Writes a secret, its value and its hosts, in the place of an earlier one of that name.
    ///
    /// Fails with `Invalid` (`name`, `value`, `hosts`) and `LimitReached`.
    pub async fn put_secret(
        &self,
        owner: OwnerId,
        place: Place,
        name: &str,
        (value, hosts): (&Secret, &[String]),
    ) -> Result<SecretInfo> {
        name::check(name)?;
        if value.expose().is_empty() || value.expose().len() > VALUE_MAX_BYTES {
            return Err(Error::invalid("value", format!("must have 1 to {VALUE_MAX_BYTES} bytes")));
        }
        let hosts = serde_json::json!(hosts::normalized(hosts)?).to_string();
        let sealed = self.vault.seal(
            owner,
            Purpose::SECRET,
            &sealed_name(&place.column(), name),
            value.expose().as_bytes(),
        )?;
        let now = self.sources.clock.now();
        let mut tx = self.db.begin().await?;
        if tx.run(&sql::LOCK_USER, &params![owner]).await? == 0 {
            return Err(Error::NotFound);
        }
        let others = tx.one(&sql::COUNT_OTHER_SECRETS, &params![owner, place.column(), name]).await?;
        if others.get::<u64>(0)? >= SECRETS_LIMIT as u64 {
            return Err(Error::LimitReached { what: "secrets", limit: SECRETS_LIMIT });
        }
        let values = params![owner, place.column(), name, sealed, hint(value), hosts, now];
        let row = tx.one(&sql::PUT_SECRET, &values).await?;
        tx.commit().await?;
        SecretInfo::from_row(&row)
    }
}

/// What a sealed value is bound to besides its owner: a flow's secret does not open as the owner's.
pub(crate) fn sealed_name(flow_column: &str, name: &str) -> String {
    format!("{flow_column}/{name}")
}

#[cfg(test)]
mod tests {
    use kit::ids::FlowId;

    use super::*;
    use crate::testing::TestAccounts;

    db::testing::both_databases! {
        async fn a_secret_is_written_and_shows_a_hint_only(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let start = accounts.sources.clock.now();
            let hosts = ["API.github.com".to_owned()];
            let value = Secret::from("ghp_0123456789abcdefghijklmnop");
            let info = accounts.put_secret(ann.id, Place::Owner, "GITHUB", (&value, &hosts)).await.unwrap();
            assert_eq!((info.hint.as_str(), info.hosts.as_slice()), ("...klmnop", ["api.github.com".to_owned()].as_slice()));
            accounts.sources.clock.advance_ms(7);
            let info = accounts.put_secret(ann.id, Place::Owner, "GITHUB", (&"short".into(), &[])).await.unwrap();
            assert_eq!((info.hint.as_str(), info.hosts.len()), ("...t", 0));
            assert_eq!((info.created_at, info.updated_at), (start, start.plus_ms(7)));
            assert_eq!(accounts.list_secrets(ann.id, Place::Owner).await.unwrap(), [info]);
        }

        async fn as_many_as_the_limit_fit_in_each_place_and_any_of_them_can_be_changed(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let value = Secret::from("value");
            for number in 0..SECRETS_LIMIT {
                let name = format!("S{number}");
                accounts.put_secret(ann.id, Place::Owner, &name, (&value, &[])).await.unwrap();
            }
            let refused = accounts.put_secret(ann.id, Place::Owner, "MORE", (&value, &[])).await;
            assert!(matches!(refused, Err(Error::LimitReached { limit: SECRETS_LIMIT, .. })));
            accounts.put_secret(ann.id, Place::Owner, "S7", (&value, &[])).await.unwrap();
            accounts.put_secret(ann.id, Place::Flow(FlowId::from_u128(1)), "MORE", (&value, &[])).await.unwrap();
        }

        async fn what_is_not_allowed_is_refused(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let long = "x".repeat(VALUE_MAX_BYTES + 1);
            let table = [("lower", "v", "a.com", "name"), ("A", "", "a.com", "value"), ("A", &long, "a.com", "value"),
                ("A", "v", "https://a.com", "hosts")];
            for (name, value, host, wrong) in table {
                let refused = accounts.put_secret(ann.id, Place::Owner, name, (&value.into(), &[host.to_owned()])).await;
                assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == wrong), "{wrong}");
            }
            let largest = "x".repeat(VALUE_MAX_BYTES);
            accounts.put_secret(ann.id, Place::Owner, "A", (&largest.as_str().into(), &[])).await.unwrap();
            let nobody = OwnerId::from_u128(404);
            let refused = accounts.put_secret(nobody, Place::Owner, "A", (&"v".into(), &[])).await;
            assert!(matches!(refused, Err(Error::NotFound)));
        }
    }
}
