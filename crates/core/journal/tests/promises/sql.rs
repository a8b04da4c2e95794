//! What these tests look at behind the journal's back.

db::statements! {
    pub(crate) PAYLOAD = "SELECT j.body_json, p.body_deflate FROM journal j JOIN payloads p ON p.execution_id = j.execution_id AND p.seq = j.seq WHERE j.execution_id = $1";
    pub(crate) ROWS_OF = "SELECT (SELECT COUNT(*) FROM journal WHERE execution_id = $1) + (SELECT COUNT(*) FROM payloads WHERE execution_id = $1) + (SELECT COUNT(*) FROM inbox WHERE execution_id = $1) + (SELECT COUNT(*) FROM remains WHERE execution_id = $1)";
}
