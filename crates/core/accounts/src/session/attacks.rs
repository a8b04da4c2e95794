//! Session tokens that must not let anybody in, and their neighbours that must: one table a subject.

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

db::testing::both_databases! {
    async fn a_good_token_lets_its_user_in(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let token = session_token(json!({"email": "ann@example.com", "name": "Ann"}));
        let session = accounts.sign_in(&format!("Bearer {token}")).await.unwrap();
        assert_eq!(session.user.clerk_id.as_deref(), Some("user_ann"));
        assert_eq!((session.user.email.as_deref(), session.user.tier), (Some("ann@example.com"), Tier::Free));
        let via = Via::Clerk { session_id: Some("sess_1".to_owned()), impersonator: None };
        assert_eq!(session.via, via);
        session.require(Scope::Admin).unwrap();
        assert_eq!(accounts.keys.urls(), ["https://clerk.example.com/.well-known/jwks.json"]);
    }

    async fn a_token_that_another_program_signed_lets_its_user_in(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        // Made with `openssl dgst -sha256 -sign`, so that the verifier is not only tested against its own library.
        let session = accounts.sign_in(&format!("Bearer {}", include_str!("../../fixtures/session.jwt"))).await;
        assert_eq!(session.unwrap().user.clerk_id.as_deref(), Some("user_openssl"));
    }

    async fn j1_to_j3_no_other_algorithm_is_taken(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let mut table = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE", "", "rs256"] {
            table.push(("an unsigned token", unsigned(&json!({"alg": alg, "kid": KID, "typ": "JWT"})), Unauthenticated));
        }
        table.push(("no algorithm", unsigned(&json!({"kid": KID})), Unauthenticated));
        table.push(("the public key as a secret", hmac_signed(SIGNER_PUBLIC), Unauthenticated));
        table.push(("the modulus as a secret", hmac_signed(SIGNER_MODULUS.as_bytes()), Unauthenticated));
        for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
            let token = signed(&header(algorithm, KID), &claims(json!({})), SIGNER);
            table.push(("the right key with another algorithm", token, Unauthenticated));
        }
        check(&accounts, &table).await;
    }

    async fn j4_to_j6_the_header_chooses_among_our_keys_and_nothing_else(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let mut table = vec![
            ("no kid", with_header(|header| header.kid = None), Unauthenticated),
            ("crit", with_header(|header| header.crit = Some(vec!["exp".to_owned()])), Unauthenticated),
            ("an OAuth access token", with_header(|header| header.typ = Some("at+jwt".to_owned())), Unauthenticated),
        ];
        for kid in ["", "unknown", "../../etc/passwd", "' OR 1=1 --", &"k".repeat(4_000)] {
            table.push(("another kid", with_header(|header| header.kid = Some(kid.to_owned())), Unauthenticated));
        }
        let mut stranger = header(Algorithm::RS256, KID);
        stranger.jku = Some("https://evil.example/jwks.json".to_owned());
        stranger.x5u = Some("https://evil.example/cert.pem".to_owned());
        table.push(("the attacker's jku", signed(&stranger, &claims(json!({})), STRANGER), Unauthenticated));
        stranger.jwk = serde_json::from_value(json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"})).unwrap();
        table.push(("the attacker's jwk", signed(&stranger, &claims(json!({})), STRANGER), Unauthenticated));
        check(&accounts, &table).await;
        assert_eq!(accounts.keys.urls(), ["https://clerk.example.com/.well-known/jwks.json"]);
    }

    async fn j7_a_token_that_was_touched_is_refused(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let token = session_token(json!({}));
        let parts: Vec<&str> = token.split('.').collect();
        let other = part(&claims(json!({"sub": "user_admin"})));
        let long = session_token(json!({"data": "x".repeat(9_000)}));
        let table = [
            ("swapped payload", format!("{}.{other}.{}", parts[0], parts[2])),
            ("swapped header", format!("{}.{}.{}", part(&json!({"alg": "RS256", "kid": KID})), parts[1], parts[2])),
            ("short signature", token[..token.len() - 8].to_owned()),
            ("no signature", format!("{}.{}.", parts[0], parts[1])),
            ("two parts", format!("{}.{}", parts[0], parts[1])),
            ("four parts", format!("{token}.{}", parts[2])),
            ("padding", format!("{token}==")),
            ("not base64", format!("{}.!!!.{}", parts[0], parts[2])),
            ("too long", long),
            ("a stranger's signature", signed(&header(Algorithm::RS256, KID), &claims(json!({})), STRANGER)),
        ];
        check(&accounts, &table.map(|(case, token)| (case, token, Unauthenticated))).await;
        assert_eq!(answer(&accounts, &token).await, In);
    }

    async fn j8_to_j10_a_token_holds_in_its_time_only(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        check(&accounts, &[
            row("j8 over for 6 s", json!({"exp": seconds(-6)}), Unauthenticated),
            row("j8 over for 5 s", json!({"exp": seconds(-5)}), Unauthenticated),
            row("j8 over for 4 s", json!({"exp": seconds(-4)}), In),
            row("j9 no exp", json!({"exp": null}), Unauthenticated),
            row("j9 exp is text", json!({"exp": "1700000060"}), Unauthenticated),
            row("j9 exp is beyond time", json!({"exp": 1e30}), Unauthenticated),
            row("j9 exp is negative", json!({"exp": -1}), Unauthenticated),
            row("j9 exp is a list", json!({"exp": [1_700_000_060]}), Unauthenticated),
            row("j9 exp with a fraction", json!({"exp": 1_700_000_060.5}), In),
            row("j9 no iat", json!({"iat": null}), Unauthenticated),
            row("j9 iat is text", json!({"iat": "now"}), Unauthenticated),
            row("j10 begins in 60 s", json!({"nbf": seconds(60)}), Unauthenticated),
            row("j10 begins in 6 s", json!({"nbf": seconds(6)}), Unauthenticated),
            row("j10 begins in 4 s", json!({"nbf": seconds(4)}), In),
            row("j10 nbf is text", json!({"nbf": "now"}), Unauthenticated),
            row("j10 no nbf", json!({"nbf": null}), In),
            row("j10 made in 8 s", json!({"iat": seconds(8)}), In),
        ]).await;
    }

    async fn j11_to_j13_a_token_is_for_us_only(db: Db) {
        let accounts = TestAccounts::clerk(db.clone()).await;
        check(&accounts, &[
            row("j11 another issuer", json!({"iss": "https://clerk.example.org"}), Unauthenticated),
            row("j11 a slash at the end", json!({"iss": "https://clerk.example.com/"}), Unauthenticated),
            row("j11 another case", json!({"iss": "https://Clerk.example.com"}), Unauthenticated),
            row("j11 no issuer", json!({"iss": null}), Unauthenticated),
            row("j11 a list", json!({"iss": [ISSUER]}), Unauthenticated),
            row("j13 an audience that nobody asked for", json!({"aud": "other"}), In),
            row("no subject", json!({"sub": null}), Unauthenticated),
            row("an empty subject", json!({"sub": ""}), Unauthenticated),
            row("a subject with NUL", json!({"sub": "a\u{0}b"}), Unauthenticated),
            row("a number as the subject", json!({"sub": 7}), Unauthenticated),
        ]).await;
        let settings = ClerkSettings { audience: Some("blox".to_owned()), ..clerk_settings() };
        let strict = TestAccounts::with_mode(db, Mode::Clerk(settings)).await;
        check(&strict, &[
            row("j12 no audience", json!({}), Unauthenticated),
            row("j12 another audience", json!({"aud": "other"}), Unauthenticated),
            row("j12 a beginning", json!({"aud": "blo"}), Unauthenticated),
            row("j12 an object", json!({"aud": {"blox": true}}), Unauthenticated),
            row("j12 the audience", json!({"aud": "blox"}), In),
            row("j12 a list with it", json!({"aud": ["other", "blox"]}), In),
        ]).await;
    }

    async fn j14_and_j15_a_token_comes_from_a_known_page(db: Db) {
        let authorized_parties = vec!["https://app.example.com".to_owned()];
        let settings = ClerkSettings { authorized_parties, ..clerk_settings() };
        let accounts = TestAccounts::with_mode(db.clone(), Mode::Clerk(settings.clone())).await;
        let mut table = vec![row("j14 the page", json!({}), In), row("j15 no page", json!({"azp": null}), In)];
        for azp in ["https://app.example.com.evil.io", "https://APP.example.com", "https://app.example.com:8443",
            "http://app.example.com", "https://app.example.com/", "https://evil.app.example.com", ""] {
            table.push(row("j14 another page", json!({"azp": azp}), Unauthenticated));
        }
        table.push(row("j14 a list", json!({"azp": ["https://app.example.com"]}), Unauthenticated));
        check(&accounts, &table).await;
        let settings = ClerkSettings { require_authorized_party: true, ..settings };
        let strict = TestAccounts::with_mode(db, Mode::Clerk(settings)).await;
        check(&strict, &[
            row("j15 no page", json!({"azp": null}), Unauthenticated),
            row("j15 the page", json!({}), In),
        ]).await;
    }

    async fn j16_to_j18_what_else_a_session_says(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        check(&accounts, &[
            row("j16 no session id", json!({"sid": null}), In),
            row("j17 pending", json!({"sts": "pending"}), Forbidden),
            row("j17 pending and over", json!({"sts": "pending", "exp": seconds(-6)}), Unauthenticated),
        ]).await;
        let token = session_token(json!({"act": {"sub": "user_operator", "sid": "sess_9"}}));
        let session = accounts.sign_in(&format!("Bearer {token}")).await.unwrap();
        let Via::Clerk { impersonator, .. } = &session.via else { panic!() };
        assert_eq!(impersonator.as_deref(), Some("user_operator"));
        assert!(matches!(session.require_the_user_in_person(), Err(Error::Impersonated)));
    }

    async fn j19_the_same_kid_of_another_instance_opens_nothing(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let theirs = claims(json!({"iss": "https://other.example.com"}));
        let table = [
            ("their key, their issuer", signed(&header(Algorithm::RS256, KID), &theirs, STRANGER), Unauthenticated),
            ("their key, our issuer", signed(&header(Algorithm::RS256, KID), &claims(json!({})), STRANGER), Unauthenticated),
        ];
        check(&accounts, &table).await;
    }

    async fn j20_and_j21_keys_change_and_go_away(db: Db) {
        let accounts = TestAccounts::clerk(db.clone()).await;
        let lasting = json!({"exp": seconds(200_000)});
        let token = |kid: &str| signed(&header(Algorithm::RS256, kid), &claims(lasting.clone()), SIGNER);
        assert_eq!(answer(&accounts, &token(KID)).await, In);
        accounts.keys.set_good_named("ins_new");
        accounts.sources.clock.advance_ms(60_000);
        assert_eq!(answer(&accounts, &token("ins_new")).await, In);
        assert_eq!(answer(&accounts, &token(KID)).await, Unauthenticated);
        accounts.keys.set_down();
        accounts.sources.clock.advance_ms(2 * 60 * 60 * 1_000);
        assert_eq!(answer(&accounts, &token("ins_new")).await, In);
        let cold = TestAccounts::clerk(db).await;
        cold.keys.set_down();
        assert_eq!(answer(&cold, &token(KID)).await, Unavailable);
    }

    async fn j25_a_deleted_user_stays_out(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let token = session_token(json!({}));
        assert_eq!(answer(&accounts, &token).await, In);
        let now = accounts.sources.clock.now();
        let id = accounts.sources.id::<kit::ids::Owner>();
        accounts.db.returning(&sql::BURY_USER, &db::params![id, ISSUER, "user_ann", "free", now]).await.unwrap();
        accounts.sources.clock.advance_ms(5_000);
        assert_eq!(answer(&accounts, &token).await, Unauthenticated);
        assert_eq!(answer(&accounts, &session_token(json!({"email": "ann@example.com"}))).await, Unauthenticated);
    }

    async fn j27_a_personal_token_holds_to_the_letter(db: Db) {
        let accounts = TestAccounts::tokens_only(db).await;
        let ann = accounts.user("ann@example.com").await;
        let token = accounts.create_token(ann.id, token_request("x")).await.unwrap().secret;
        let never_made = crate::tokens::TokenText::random(&accounts.sources.entropy).into_secret();
        assert_eq!(answer(&accounts, token.expose()).await, In);
        for at in 0..token.expose().len() {
            let mut wrong = token.expose().clone();
            wrong.replace_range(at..=at, if wrong[at..].starts_with('x') { "y" } else { "x" });
            assert_eq!(answer(&accounts, &wrong).await, Unauthenticated, "letter {at}");
        }
        assert_eq!(answer(&accounts, never_made.expose()).await, Unauthenticated);
        assert_eq!(answer(&accounts, &token.expose().to_lowercase()).await, Unauthenticated);
    }

    async fn j28_one_header_and_only_the_header(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let now = accounts.sources.clock.now();
        let good = format!("Bearer {}", session_token(json!({})));
        assert!(accounts.authenticate(&[&good, &good], now).await.is_err());
        assert!(accounts.authenticate(&[&good, ""], now).await.is_err());
        assert!(accounts.authenticate(&[], now).await.is_err());
        assert!(accounts.authenticate(&[&good.replace("Bearer", "bearer")], now).await.is_ok());
    }

    async fn a_remembered_session_ends_with_its_token(db: Db) {
        let accounts = TestAccounts::clerk(db).await;
        let token = session_token(json!({"exp": seconds(-3)}));
        assert_eq!(answer(&accounts, &token).await, In);
        accounts.sources.clock.advance_ms(2_000);
        assert_eq!(answer(&accounts, &token).await, Unauthenticated);
    }

    async fn without_clerk_no_session_token_is_taken(db: Db) {
        let accounts = TestAccounts::tokens_only(db).await;
        assert_eq!(answer(&accounts, &session_token(json!({}))).await, Unauthenticated);
        assert_eq!(accounts.keys.fetches(), 0);
    }
}
