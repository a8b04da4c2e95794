//! What is counted, and room for a second database.

db::statements! {
    pub(crate) COUNT_SUCCESSES = "SELECT COUNT(*) FROM executions WHERE status = 'success'";
    pub(crate) NEWEST = "SELECT id, flow_id, owner_id, version_id FROM executions ORDER BY id DESC LIMIT 1";
    // What PostgreSQL does by itself within a minute of such a change.
    pub(crate) ANALYZE = "ANALYZE";
    pub(crate) MAKE_CURVE = "CREATE SCHEMA curve";
    pub(crate) MAKE_DURABLE = "CREATE SCHEMA durable";
    pub(crate) MAKE_ASLEEP = "CREATE SCHEMA asleep";
    pub(crate) MAKE_SCHEDULES = "CREATE SCHEMA schedules";
    pub(crate) OWNER = "SELECT owner_id FROM flows LIMIT 1";
    pub(crate) MOVED = "SELECT COUNT(*) FROM executions WHERE lease_epoch > 1";
    pub(crate) LONGEST = "SELECT CAST(COALESCE(MAX(completed_ms - started_ms), 0) AS BIGINT) FROM executions WHERE status = 'success'";
}
