//! One text of SQL: every statement of every room prepares on both databases.

#![expect(clippy::expect_used, reason = "a test ends where it cannot go on")]

use db::testing::both_databases;

both_databases! {
    async fn every_statement_prepares(db: Db) {
        let rooms =
            [("accounts", accounts::STATEMENTS), ("journal", journal::STATEMENTS), ("llm", llm::STATEMENTS)];
        for (room, statements) in rooms {
            assert!(!statements.is_empty(), "{room}");
            for statement in statements {
                db.prepare(*statement).await.expect("a statement that prepares");
            }
        }
    }
}
