//! The facade behaves the same on both databases.

#![expect(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use db::{Db, Op, params, statements, testing::both_databases};

statements! {
    CREATE = "CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, size BIGINT, weight DOUBLE PRECISION, is_new BOOLEAN, body BYTEA)";
    ADD = "INSERT INTO things (id, size, weight, is_new, body) VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, size, weight, is_new, body FROM things WHERE id = $1";
    COUNT = "SELECT COUNT(*) FROM things";
    batch ADD_MANY(id: Text, size: Int) = "INSERT INTO things (id, size) SELECT r.id, r.size FROM rows r";
    batch FOUND(id: Text) = "SELECT t.id FROM things t WHERE t.id IN (SELECT r.id FROM rows r) FOR SHARE";
    batch GROW(id: Text, old: Int, size: Int) = "UPDATE things SET size = r.size FROM rows r WHERE things.id = r.id AND things.size = r.old RETURNING things.id";
}

async fn with_things(db: &Db) {
    db.run(&CREATE, &[]).await.unwrap();
}

async fn count(db: &Db) -> i64 {
    db.one(&COUNT, &[]).await.unwrap().get(0).unwrap()
}

both_databases! {
    async fn every_type_comes_back_as_it_went(db: Db) {
        with_things(&db).await;
        db.run(&ADD, &params!["a", i64::MAX, 0.5, true, vec![0_u8, 255]]).await.unwrap();
        db.run(&ADD, &params!["b", None::<i64>, None::<f64>, None::<bool>, None::<Vec<u8>>]).await.unwrap();
        let full = db.one(&FIND, &params!["a"]).await.unwrap();
        assert_eq!(full.get::<String>(0).unwrap(), "a");
        assert_eq!(full.get::<i64>(1).unwrap(), i64::MAX);
        assert!((full.get::<f64>(2).unwrap() - 0.5).abs() < f64::EPSILON);
        assert!(full.get::<bool>(3).unwrap());
        assert_eq!(full.get::<Vec<u8>>(4).unwrap(), vec![0, 255]);
        let empty = db.one(&FIND, &params!["b"]).await.unwrap();
        assert_eq!(empty.get::<Option<bool>>(3).unwrap(), None);
        assert!(empty.get::<i64>(1).is_err());
    }

    async fn what_is_not_committed_never_happened(db: Db) {
        with_things(&db).await;
        let mut tx = db.begin().await.unwrap();
        tx.run(&ADD, &params!["a", 1_i64, 1.0, true, vec![]]).await.unwrap();
        drop(tx);
        assert_eq!(count(&db).await, 0);
        let mut tx = db.begin().await.unwrap();
        tx.run(&ADD, &params!["a", 1_i64, 1.0, true, vec![]]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    async fn a_batch_writes_all_rows_and_answers_those_it_touched(db: Db) {
        with_things(&db).await;
        let rows = (0..500_i64).map(|n| params![format!("{n:03}"), n].to_vec()).collect();
        db.transact(vec![Op::Batch(&ADD_MANY, rows)]).await.unwrap();
        assert_eq!(count(&db).await, 500);
        let mut tx = db.begin().await.unwrap();
        let stale = params!["007", 8_i64, 70_i64].to_vec();
        let fresh = params!["008", 8_i64, 80_i64].to_vec();
        let touched = tx.batch(&GROW, vec![stale, fresh]).await.unwrap();
        tx.commit().await.unwrap();
        let touched: Vec<String> = touched.iter().map(|row| row.get(0).unwrap()).collect();
        assert_eq!(touched, ["008"]);
    }

    async fn a_failed_transaction_leaves_nothing_and_the_next_one_works(db: Db) {
        with_things(&db).await;
        let twice = vec![params!["a", 1_i64].to_vec(), params!["a", 2_i64].to_vec()];
        let error = db.transact(vec![Op::Batch(&ADD_MANY, twice)]).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(count(&db).await, 0);
        db.transact(vec![Op::Batch(&ADD_MANY, vec![params!["a", 1_i64].to_vec()])]).await.unwrap();
        assert_eq!(count(&db).await, 1);
    }

    async fn writers_take_turns_and_none_is_lost(db: Db) {
        with_things(&db).await;
        let writers: Vec<_> = (0..20_i64).map(|writer| {
            let db = db.clone();
            tokio::spawn(async move {
                for n in 0..10_i64 {
                    db.run(&ADD, &params![format!("{writer}-{n}"), n, 0.0, false, vec![]]).await.unwrap();
                }
            })
        }).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(count(&db).await, 200);
    }

    async fn a_transaction_that_needs_a_row_fails_without_it(db: Db) {
        with_things(&db).await;
        let row = |id: &str| params![id].to_vec();
        let add = |id: &str| Op::Batch(&ADD_MANY, vec![params![id, 1_i64].to_vec()]);
        db.transact(vec![add("a"), add("b"), Op::Each(&FOUND, vec![row("a"), row("b")])]).await.unwrap();
        let error = db.transact(vec![add("c"), Op::Each(&FOUND, vec![row("a"), row("x")])]).await.unwrap_err();
        assert!(matches!(error, db::Error::Unmet { statement: "FOUND" }), "{error}");
        assert_eq!(count(&db).await, 2);
    }

    async fn a_signal_is_heard_by_who_listens(db: Db) {
        let mut here = db.signals();
        db.tell("one");
        loop {
            let signal = here.next().await.unwrap();
            // A line that has just been laid says so with an empty one.
            if !signal.is_empty() {
                assert_eq!(signal, "one");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_signal_reaches_another_process_on_the_same_database_once() {
    let Some(fresh) = db::testing::postgres().await else { return };
    let other = Db::open(&fresh.settings, false).await.unwrap();
    let (mut here, mut there) = (fresh.db.signals(), other.signals());
    // The empty signal says that the line is laid.
    assert_eq!((here.next().await.unwrap(), there.next().await.unwrap()), (String::new(), String::new()));
    fresh.db.tell("from here");
    assert_eq!(there.next().await.unwrap(), "from here");
    other.tell("from there");
    assert_eq!(here.next().await.unwrap(), "from here");
    assert_eq!(here.next().await.unwrap(), "from there");
    fresh.remove().await;
}
