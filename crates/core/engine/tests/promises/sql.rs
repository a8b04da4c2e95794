//! What happens to a database in the promises.

db::statements! {
    pub(crate) TAKE_NODES_AWAY = "ALTER TABLE nodes RENAME TO nodes_away";
    pub(crate) BRING_NODES_BACK = "ALTER TABLE nodes_away RENAME TO nodes";
}
