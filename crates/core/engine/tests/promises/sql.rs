//! What happens to a database in the promises.

db::statements! {
    pub(crate) TAKE_NODES_AWAY = "ALTER TABLE nodes RENAME TO nodes_away";
    // A crash right behind an execution's end.
    pub(crate) END_SILENTLY = "UPDATE executions SET status = 'error', completed_ms = 1, lease_node = NULL, wake_ms = NULL WHERE id = $1";
    pub(crate) BRING_NODES_BACK = "ALTER TABLE nodes_away RENAME TO nodes";
}
