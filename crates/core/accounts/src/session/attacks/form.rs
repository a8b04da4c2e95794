//! The form of a credential: its header, its algorithm, its letters.

use serde_json::json;

use super::*;

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
        let session = accounts.sign_in(&format!("Bearer {}", include_str!("../../../fixtures/session.jwt"))).await;
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
}
