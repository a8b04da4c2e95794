//! What is told to an execution is told once, and none stays unread.

use db::testing::both_databases;
use journal::{Delivery, Letter, Progress};

use crate::house::{House, at, end, ended, ids, parked};

fn letter(id: &str) -> Letter {
    Letter { command_id: id.to_owned(), body: format!("\"{id}\""), is_final: false }
}

both_databases! {
    async fn of_letters_with_one_id_the_first_counts(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), Progress::Leased).await;
        let send = async |letter: &Letter| house.journal.send(birth.execution, letter, at(1)).await.unwrap();
        assert_eq!(send(&letter("yes")).await, Delivery::Running(house.node));
        let second = Letter { body: "other".to_owned(), ..letter("yes") };
        assert_eq!(send(&second).await, Delivery::Repeated);
        assert_eq!(house.journal.letters(birth.execution).await.unwrap(), [("yes".to_owned(), "\"yes\"".to_owned())]);
        assert_eq!(house.journal.inboxes_of(house.node).await.unwrap(), [birth.execution]);
        // One that is taken is remembered: it is not taken twice.
        let mut taking = house.after(&birth, vec![end(at(2))], Progress::Leased);
        taking.letters_taken.push("yes".to_owned());
        house.journal.commit(taking).await.unwrap();
        assert!(house.journal.letters(birth.execution).await.unwrap().is_empty());
        assert_eq!(send(&letter("yes")).await, Delivery::Repeated);
    }

    async fn a_letter_makes_what_waits_due_at_once(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), parked(at(0), None)).await;
        assert_eq!(house.journal.send(birth.execution, &letter("go"), at(7)).await.unwrap(), Delivery::Due);
        assert_eq!(house.journal.next_wake().await.unwrap(), Some(at(7)));
        let taken = house.journal.claim_due(house.node, at(7), 10).await.unwrap();
        assert_eq!(ids(&taken), [birth.execution]);
    }

    async fn a_letter_that_comes_while_an_execution_is_given_back_is_not_left_unread(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), Progress::Leased).await;
        house.journal.send(birth.execution, &letter("late"), at(1)).await.unwrap();
        // Its node did not look again before it parked.
        house.journal.commit(house.after(&birth, vec![end(at(2))], parked(at(2), None))).await.unwrap();
        assert_eq!(house.journal.next_wake().await.unwrap(), Some(at(2)));
    }

    async fn nothing_is_told_to_what_is_over(db: Db) {
        let house = House::on(db).await;
        let birth = house.born(at(0), ended(at(1))).await;
        assert_eq!(house.journal.send(birth.execution, &letter("x"), at(2)).await.unwrap(), Delivery::Over);
        assert_eq!(house.journal.send(house.sources.id(), &letter("x"), at(2)).await.unwrap(), Delivery::Over);
        assert!(house.journal.letters(birth.execution).await.unwrap().is_empty());
    }

    async fn a_stop_reaches_all_that_wait_and_none_that_runs(db: Db) {
        let house = House::on(db).await;
        let waiting = house.born(at(0), parked(at(0), Some(at(1_000_000)))).await;
        let running = house.born(at(1), Progress::Leased).await;
        let stop = Letter { is_final: true, ..letter("stop") };
        house.journal.send_to_waiting(house.flow.id, &stop, at(5)).await.unwrap();
        assert_eq!(house.journal.letters(waiting.execution).await.unwrap().len(), 1);
        assert!(house.journal.letters(running.execution).await.unwrap().is_empty());
        assert_eq!(ids(&house.journal.claim_due(house.node, at(5), 10).await.unwrap()), [waiting.execution]);
    }
}
