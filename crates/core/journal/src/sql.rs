//! Every statement of this room.

db::statements! {
    pub(crate) KV_GET = "SELECT value_json FROM kv WHERE flow_id = $1 AND key = $2 AND (expires_ms IS NULL OR expires_ms > $3)";
    pub(crate) KV_KEYS = "SELECT key FROM kv WHERE flow_id = $1 AND (expires_ms IS NULL OR expires_ms > $2) ORDER BY key LIMIT 10000";
}
