//! Keys and users that come and go.

use serde_json::json;

use super::*;

db::testing::both_databases! {
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
