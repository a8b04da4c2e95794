use db::params;
use kit::ids::OwnerId;
use serde_json::Value;

use super::{VARIABLES_LIMIT, VariableInfo};
use crate::{Accounts, Error, Place, Result, sql};

const VALUE_MAX_BYTES: usize = 64 * 1024;

impl Accounts {
    /// Writes a variable, in the place of an earlier one of that name.
    ///
    /// Fails with `Invalid` (`name`, `value`) and `LimitReached`.
    pub async fn put_variable(
        &self,
        owner: OwnerId,
        place: Place,
        name: &str,
        value: &Value,
    ) -> Result<VariableInfo> {
        check_name(name)?;
        let json = value.to_string();
        if json.len() > VALUE_MAX_BYTES {
            return Err(Error::invalid(
                "value",
                format!("must have at most {VALUE_MAX_BYTES} bytes as JSON"),
            ));
        }
        let mut tx = self.db.begin().await?;
        if tx.run(&sql::LOCK_USER, &params![owner]).await? == 0 {
            return Err(Error::NotFound);
        }
        let others = tx.one(&sql::COUNT_OTHER_VARIABLES, &params![owner, place.column(), name]).await?;
        if others.get::<u64>(0)? >= VARIABLES_LIMIT as u64 {
            return Err(Error::LimitReached { what: "variables", limit: VARIABLES_LIMIT });
        }
        let values = params![owner, place.column(), name, json, self.sources.clock.now()];
        let row = tx.one(&sql::PUT_VARIABLE, &values).await?;
        tx.commit().await?;
        VariableInfo::from_row(&row)
    }
}

/// `[A-Za-z_][A-Za-z0-9_]{0,63}`: what expressions take for a name.
fn check_name(name: &str) -> Result<()> {
    let starts_well = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if starts_well && name.len() <= 64 && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(Error::invalid("name", "must be 1 to 64 letters, digits and _, and not begin with a digit"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::TestAccounts;

    #[test]
    fn a_name_is_one_that_expressions_take() {
        for good in ["a", "_", "Rate2", "API_URL", &"x".repeat(64)] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in ["", "2a", "a-b", "a.b", "a b", "ä", &"x".repeat(65)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    db::testing::both_databases! {
        async fn a_value_of_any_type_is_read_back_as_it_was_written(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let values = [json!(null), json!(true), json!(1.5), json!("a\u{0}b"), json!([1, {"z": 1, "a": 2}]), json!({})];
            for value in values {
                let info = accounts.put_variable(ann.id, Place::Owner, "x", &value).await.unwrap();
                assert_eq!(info.value, value);
                assert_eq!(accounts.variable(ann.id, Place::Owner, "x").await.unwrap(), info);
            }
        }

        async fn what_is_not_allowed_is_refused(db: Db) {
            let accounts = TestAccounts::tokens_only(db).await;
            let ann = accounts.user("ann@example.com").await;
            let largest = json!("x".repeat(VALUE_MAX_BYTES - 2));
            let put = async |name: &str, value: &Value| accounts.put_variable(ann.id, Place::Owner, name, value).await;
            put("x", &largest).await.unwrap();
            let too_large = put("x", &json!("x".repeat(VALUE_MAX_BYTES - 1))).await;
            assert!(matches!(too_large, Err(Error::Invalid { field: "value", .. })));
            assert!(matches!(put("a-b", &json!(1)).await, Err(Error::Invalid { field: "name", .. })));
            for number in 1..VARIABLES_LIMIT {
                put(&format!("v{number}"), &json!(number)).await.unwrap();
            }
            assert!(matches!(put("more", &json!(1)).await, Err(Error::LimitReached { .. })));
            put("v7", &json!("changed")).await.unwrap();
        }
    }
}
