//! What is counted, and room for a second database.

db::statements! {
    pub(crate) COUNT_SUCCESSES = "SELECT COUNT(*) FROM executions WHERE status = 'success'";
    pub(crate) NEWEST = "SELECT id, flow_id, owner_id, version_id FROM executions ORDER BY id DESC LIMIT 1";
    // What PostgreSQL does by itself within a minute of such a change.
    pub(crate) ANALYZE = "ANALYZE";
    pub(crate) MAKE_ROOM = "CREATE SCHEMA curve";
}
