//! What a token says, signed as it must be.

use serde_json::json;

use super::*;

db::testing::both_databases! {
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
}
