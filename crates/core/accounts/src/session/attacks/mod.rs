//! Session tokens that must not let anybody in, and their neighbours that must: one table a subject.

mod claims;
mod form;
mod keys;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::testing::*;
use crate::*;

/// What a request with the token is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    In,
    Unauthenticated,
    Forbidden,
    Unavailable,
}
use self::Answer::{Forbidden, In, Unauthenticated, Unavailable};

async fn answer(accounts: &TestAccounts, token: &str) -> Answer {
    match accounts.sign_in(&format!("Bearer {token}")).await {
        Ok(_) => In,
        Err(Error::Unauthenticated) => Unauthenticated,
        Err(Error::SessionPending) => Forbidden,
        Err(Error::IdentityProviderAway { .. }) => Unavailable,
        Err(other) => panic!("{other}"),
    }
}

/// Each row on accounts of its own kind; a refused token makes no user.
async fn check(accounts: &TestAccounts, table: &[(&str, String, Answer)]) {
    for (case, token, expected) in table {
        assert_eq!(answer(accounts, token).await, *expected, "{case}");
        let found =
            accounts.db.maybe(&sql::FIND_USER_BY_IDENTITY, &db::params![ISSUER, "user_ann"]).await.unwrap();
        assert!(found.is_none() || table.iter().any(|row| row.2 == In), "{case}: a user was made");
    }
}

fn with_header(change: impl FnOnce(&mut Header)) -> String {
    let mut header = header(Algorithm::RS256, KID);
    change(&mut header);
    signed(&header, &claims(json!({})), SIGNER)
}

fn unsigned(header: &Value) -> String {
    format!("{}.{}.", part(header), part(&claims(json!({}))))
}

fn hmac_signed(secret: &[u8]) -> String {
    encode(&header(Algorithm::HS256, KID), &claims(json!({})), &EncodingKey::from_secret(secret)).unwrap()
}

fn seconds(from_now: i64) -> Value {
    json!(START.as_millis() / 1_000 + from_now)
}

fn row(case: &'static str, changes: Value, expected: Answer) -> (&'static str, String, Answer) {
    (case, session_token(changes), expected)
}
