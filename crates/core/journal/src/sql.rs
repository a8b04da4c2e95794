//! Every statement of this room.

db::statements! {
    // Flows.
    pub(crate) COUNT_FLOW = "INSERT INTO flow_counts (owner_id, flows) VALUES ($1, 1) ON CONFLICT (owner_id) DO UPDATE SET flows = flow_counts.flows + 1 WHERE flow_counts.flows < $2 RETURNING flows";
    pub(crate) UNCOUNT_FLOW = "UPDATE flow_counts SET flows = flows - 1 WHERE owner_id = $1";
    pub(crate) FLOW_COUNT = "SELECT flows FROM flow_counts WHERE owner_id = $1";
    pub(crate) ADD_FLOW = "INSERT INTO flows (id, owner_id, name, description, organism_yaml, canvas_json, status, revision, created_ms, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, 'stopped', 1, $7, $7)";
    pub(crate) FLOW = "SELECT id, owner_id, name, description, organism_yaml, canvas_json, status, node_id, error_message, version_id, revision, created_ms, updated_ms, concurrency FROM flows WHERE id = $1 AND owner_id = $2";
    pub(crate) FLOWS_IN_STATUS = "SELECT id, owner_id, name, description, organism_yaml, canvas_json, status, node_id, error_message, version_id, revision, created_ms, updated_ms, concurrency FROM flows WHERE status = $1";
    pub(crate) FLOW_PAGE = "SELECT f.id, f.name, f.description, f.status, f.updated_ms, e.id, e.status, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms FROM (SELECT id, name, description, status, updated_ms FROM flows WHERE owner_id = $1 ORDER BY updated_ms DESC, id DESC LIMIT $2 OFFSET $3) f LEFT JOIN executions e ON e.id = (SELECT l.id FROM executions l WHERE l.flow_id = f.id ORDER BY l.started_ms DESC, l.id DESC LIMIT 1) ORDER BY f.updated_ms DESC, f.id DESC";
    pub(crate) SAVE_FLOW = "UPDATE flows SET name = $4, description = $5, organism_yaml = $6, canvas_json = $7, status = $8, node_id = $9, error_message = $10, version_id = $11, updated_ms = $12, concurrency = $13, revision = revision + 1 WHERE id = $1 AND owner_id = $2 AND revision = $3";
    pub(crate) DELETE_FLOW = "DELETE FROM flows WHERE id = $1 AND owner_id = $2 AND revision = $3";
    pub(crate) NOTE_FLOW_REMAINS = "INSERT INTO remains (execution_id, events) SELECT id, last_seq + 1 FROM executions WHERE flow_id = $1 ON CONFLICT (execution_id) DO NOTHING";
    pub(crate) DELETE_FLOW_APPROVALS = "DELETE FROM approvals WHERE flow_id = $1";
    pub(crate) DELETE_FLOW_EXECUTIONS = "DELETE FROM executions WHERE flow_id = $1";
    pub(crate) DELETE_FLOW_COUNTS = "DELETE FROM execution_counts WHERE flow_id = $1";
    pub(crate) DELETE_FLOW_HOURS = "DELETE FROM run_hours WHERE flow_id = $1";
    pub(crate) DELETE_FLOW_KV = "DELETE FROM kv WHERE flow_id = $1";
    pub(crate) PINS = "SELECT p.listener, p.output_json, p.execution_id, p.pinned_ms FROM pins p JOIN flows f ON f.id = p.flow_id WHERE p.flow_id = $1 AND f.owner_id = $2 ORDER BY p.listener";
    pub(crate) PIN = "INSERT INTO pins (flow_id, listener, output_json, execution_id, pinned_ms) SELECT f.id, $3, $4, $5, $6 FROM flows f WHERE f.id = $1 AND f.owner_id = $2 ON CONFLICT (flow_id, listener) DO UPDATE SET output_json = excluded.output_json, execution_id = excluded.execution_id, pinned_ms = excluded.pinned_ms";
    pub(crate) UNPIN = "DELETE FROM pins WHERE flow_id = (SELECT f.id FROM flows f WHERE f.id = $1 AND f.owner_id = $2) AND listener = $3";
    pub(crate) LAST_VERSION = "SELECT id, number, organism_yaml, created_ms FROM flow_versions WHERE flow_id = $1 ORDER BY number DESC LIMIT 1";
    pub(crate) ADD_VERSION = "INSERT INTO flow_versions (id, flow_id, number, organism_yaml, created_ms) VALUES ($1, $2, $3, $4, $5)";
    pub(crate) VERSION = "SELECT id, number, organism_yaml, created_ms FROM flow_versions WHERE id = $1";
    pub(crate) VERSION_NUMBERED = "SELECT v.id, v.number, v.organism_yaml, v.created_ms FROM flow_versions v JOIN flows f ON f.id = v.flow_id WHERE v.flow_id = $1 AND f.owner_id = $2 AND v.number = $3";
    pub(crate) VERSION_PAGE = "SELECT v.id, v.number, v.created_ms FROM flow_versions v JOIN flows f ON f.id = v.flow_id WHERE v.flow_id = $1 AND f.owner_id = $2 ORDER BY v.number DESC LIMIT $3 OFFSET $4";
    pub(crate) VERSION_COUNT = "SELECT COUNT(*) FROM flow_versions v JOIN flows f ON f.id = v.flow_id WHERE v.flow_id = $1 AND f.owner_id = $2";

    // Triggers.
    pub(crate) ADD_TRIGGER = "INSERT INTO triggers (id, flow_id, owner_id, type, name, config_json, enabled, token_hash, token_sealed, created_ms, updated_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)";
    pub(crate) TRIGGER = "SELECT id, flow_id, owner_id, type, name, config_json, enabled, token_hash, token_sealed, created_ms, updated_ms, next_ms, last_fired_ms, problem FROM triggers WHERE id = $1 AND flow_id = $2 AND owner_id = $3";
    pub(crate) TRIGGERS = "SELECT id, flow_id, owner_id, type, name, config_json, enabled, token_hash, token_sealed, created_ms, updated_ms, next_ms, last_fired_ms, problem FROM triggers WHERE flow_id = $1 AND owner_id = $2 ORDER BY created_ms, id LIMIT 1000";
    pub(crate) TRIGGER_BY_TOKEN_HASH = "SELECT id, flow_id, owner_id, type, name, config_json, enabled, token_hash, token_sealed, created_ms, updated_ms, next_ms, last_fired_ms, problem FROM triggers WHERE token_hash = $1";
    pub(crate) SAVE_TRIGGER = "UPDATE triggers SET name = $4, config_json = $5, enabled = $6, token_hash = $7, token_sealed = $8, updated_ms = $9 WHERE id = $1 AND flow_id = $2 AND owner_id = $3";
    pub(crate) DELETE_TRIGGER = "DELETE FROM triggers WHERE id = $1 AND flow_id = $2 AND owner_id = $3";
    pub(crate) FORGET_TRIGGER = "UPDATE executions SET trigger_id = NULL WHERE flow_id = $1 AND trigger_id = $2";

    pub(crate) REPLAN_TRIGGER = "UPDATE triggers SET problem = NULL, next_ms = CASE WHEN type = 'schedule' AND enabled AND EXISTS (SELECT 1 FROM flows f WHERE f.id = triggers.flow_id AND f.status = 'running') THEN 0 END WHERE id = $1";
    pub(crate) REPLAN_FLOW = "UPDATE triggers SET problem = NULL, next_ms = CASE WHEN type = 'schedule' AND enabled AND EXISTS (SELECT 1 FROM flows f WHERE f.id = triggers.flow_id AND f.status = 'running') THEN 0 END WHERE flow_id = $1 AND type = 'schedule'";
    // SQLite joins a CROSS JOIN in the order in which it is written: few triggers are due, many flows run.
    pub(crate) DUE_SCHEDULES = "SELECT t.id, t.flow_id, t.owner_id, t.type, t.name, t.config_json, t.enabled, t.token_hash, t.token_sealed, t.created_ms, t.updated_ms, t.next_ms, t.last_fired_ms, t.problem, f.updated_ms, f.version_id FROM triggers t CROSS JOIN flows f WHERE f.id = t.flow_id AND t.next_ms <= $1 AND f.status = 'running' ORDER BY t.next_ms LIMIT $2";
    pub(crate) PLAN = "UPDATE triggers SET next_ms = $3, problem = $4 WHERE id = $1 AND next_ms = $2";
    pub(crate) batch TAKE_TICKS(trigger_id: Text, planned_ms: Int, fires_ms: Int, to_ms: Int) = "UPDATE triggers SET next_ms = r.to_ms, last_fired_ms = r.fires_ms, problem = NULL FROM rows r WHERE triggers.id = r.trigger_id AND triggers.next_ms = r.planned_ms RETURNING triggers.id";

    // Executions.
    pub(crate) EXECUTION = "SELECT id, flow_id, owner_id, version_id, trigger_id, trigger_type, status, error_code, error_message, started_ms, completed_ms, waiting_kind, waiting_ms, lease_epoch, last_seq, input_tokens, output_tokens, lease_node FROM executions WHERE id = $1 AND flow_id = $2 AND owner_id = $3";
    // Pages are found in the index alone: only the rows that are shown are read, however deep the page lies.
    pub(crate) EXECUTION_PAGE = "SELECT e.id, e.flow_id, e.owner_id, e.version_id, e.trigger_id, e.trigger_type, e.status, e.error_code, e.error_message, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms, e.lease_epoch, e.last_seq, e.input_tokens, e.output_tokens, e.lease_node FROM (SELECT id FROM executions WHERE flow_id = $1 ORDER BY started_ms DESC, id DESC LIMIT $3 OFFSET $4) p JOIN executions e ON e.id = p.id WHERE e.owner_id = $2 ORDER BY e.started_ms DESC, e.id DESC";
    pub(crate) EXECUTION_PAGE_IN_STATUS = "SELECT e.id, e.flow_id, e.owner_id, e.version_id, e.trigger_id, e.trigger_type, e.status, e.error_code, e.error_message, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms, e.lease_epoch, e.last_seq, e.input_tokens, e.output_tokens, e.lease_node FROM (SELECT id FROM executions WHERE flow_id = $1 AND status = $5 ORDER BY started_ms DESC, id DESC LIMIT $3 OFFSET $4) p JOIN executions e ON e.id = p.id WHERE e.owner_id = $2 ORDER BY e.started_ms DESC, e.id DESC";
    // Over all flows, behind a place. The last one's condition is word for word its index's.
    pub(crate) EXECUTIONS_OF_OWNER = "SELECT e.id, e.flow_id, e.owner_id, e.version_id, e.trigger_id, e.trigger_type, e.status, e.error_code, e.error_message, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms, e.lease_epoch, e.last_seq, e.input_tokens, e.output_tokens, e.lease_node, f.name FROM executions e JOIN flows f ON f.id = e.flow_id WHERE e.owner_id = $1 AND (e.started_ms, e.id) < ($2, $3) AND e.started_ms >= $4 ORDER BY e.started_ms DESC, e.id DESC LIMIT $5";
    pub(crate) EXECUTIONS_OF_FLOW = "SELECT e.id, e.flow_id, e.owner_id, e.version_id, e.trigger_id, e.trigger_type, e.status, e.error_code, e.error_message, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms, e.lease_epoch, e.last_seq, e.input_tokens, e.output_tokens, e.lease_node, f.name FROM executions e JOIN flows f ON f.id = e.flow_id WHERE e.owner_id = $1 AND e.flow_id = $6 AND (e.started_ms, e.id) < ($2, $3) AND e.started_ms >= $4 ORDER BY e.started_ms DESC, e.id DESC LIMIT $5";
    pub(crate) FAILED_EXECUTIONS = "SELECT e.id, e.flow_id, e.owner_id, e.version_id, e.trigger_id, e.trigger_type, e.status, e.error_code, e.error_message, e.started_ms, e.completed_ms, e.waiting_kind, e.waiting_ms, e.lease_epoch, e.last_seq, e.input_tokens, e.output_tokens, e.lease_node, f.name FROM executions e JOIN flows f ON f.id = e.flow_id WHERE e.owner_id = $1 AND e.status IN ('error', 'timeout') AND (e.started_ms, e.id) < ($2, $3) AND e.started_ms >= $4 ORDER BY e.started_ms DESC, e.id DESC LIMIT $5";
    pub(crate) RUN_SERIES = "SELECT h.flow_id, h.hour_ms - h.hour_ms % $5, h.status, h.bucket, CAST(SUM(h.runs) AS BIGINT) FROM flows f JOIN run_hours h ON h.flow_id = f.id WHERE f.owner_id = $1 AND f.id = COALESCE($2, f.id) AND h.hour_ms >= $3 AND h.hour_ms < $4 GROUP BY 1, 2, 3, 4";
    pub(crate) FINISHED_EXECUTIONS = "SELECT id FROM executions WHERE flow_id = $1 AND owner_id = $2 AND trigger_type <> 'test' AND status <> 'running' AND status = COALESCE($3, status) AND started_ms >= $4 AND started_ms < $5 ORDER BY started_ms, id LIMIT $6";
    pub(crate) COUNTS = "SELECT started, succeeded, failed, timed_out, duration_ms, last_ms, pruned_succeeded, pruned_failed, pruned_timed_out FROM execution_counts WHERE flow_id = $1";
    pub(crate) EVENTS = "SELECT j.seq, j.at_ms, j.body_json, p.body_deflate FROM journal j LEFT JOIN payloads p ON p.execution_id = j.execution_id AND p.seq = j.seq WHERE j.execution_id = $1 AND j.seq >= $2 ORDER BY j.seq LIMIT $3";

    // Claims: what a dead node left, what is due, what stands in a queue.
    pub(crate) CLAIM_LEFT = "WITH taken AS MATERIALIZED (SELECT id FROM executions WHERE lease_node = $2 LIMIT $3 FOR UPDATE SKIP LOCKED) UPDATE executions SET lease_node = $1, lease_epoch = lease_epoch + 1, wake_ms = NULL, waiting_kind = NULL, waiting_ms = NULL WHERE id IN (SELECT id FROM taken) RETURNING id, flow_id, owner_id, version_id, trigger_id, trigger_type, status, error_code, error_message, started_ms, completed_ms, waiting_kind, waiting_ms, lease_epoch, last_seq, input_tokens, output_tokens, lease_node";
    pub(crate) LEASED_TO_NODE = "SELECT id FROM executions WHERE lease_node = $1";
    pub(crate) batch CLAIM_STRAYS(id: Text, node: Text) = "UPDATE executions SET lease_epoch = executions.lease_epoch + 1 FROM rows r WHERE executions.id = r.id AND executions.lease_node = r.node RETURNING executions.id, executions.flow_id, executions.owner_id, executions.version_id, executions.trigger_id, executions.trigger_type, executions.status, executions.error_code, executions.error_message, executions.started_ms, executions.completed_ms, executions.waiting_kind, executions.waiting_ms, executions.lease_epoch, executions.last_seq, executions.input_tokens, executions.output_tokens, executions.lease_node";
    // The flow of each row is looked up by its key: as an EXISTS, PostgreSQL reads all flows into a table first.
    pub(crate) CLAIM_DUE = "WITH taken AS MATERIALIZED (SELECT e.id FROM executions e WHERE e.wake_ms <= $2 AND (e.trigger_type = 'test' OR (SELECT f.status = 'running' AND (f.concurrency IS NULL OR e.parent_id IS NOT NULL) FROM flows f WHERE f.id = e.flow_id) OR EXISTS (SELECT 1 FROM inbox i WHERE i.execution_id = e.id AND NOT i.is_taken AND i.is_final)) ORDER BY e.wake_ms LIMIT $3 FOR UPDATE SKIP LOCKED) UPDATE executions SET lease_node = $1, lease_epoch = lease_epoch + 1, wake_ms = NULL, waiting_kind = NULL, waiting_ms = NULL WHERE id IN (SELECT id FROM taken) RETURNING id, flow_id, owner_id, version_id, trigger_id, trigger_type, status, error_code, error_message, started_ms, completed_ms, waiting_kind, waiting_ms, lease_epoch, last_seq, input_tokens, output_tokens, lease_node";
    pub(crate) ENQUEUE_DUE = "WITH taken AS MATERIALIZED (SELECT e.id FROM executions e WHERE e.wake_ms <= $1 AND e.trigger_type <> 'test' AND NOT EXISTS (SELECT 1 FROM inbox i WHERE i.execution_id = e.id AND NOT i.is_taken AND i.is_final) ORDER BY e.wake_ms LIMIT $2 FOR UPDATE SKIP LOCKED) UPDATE executions SET waiting_kind = 'queue', waiting_ms = NULL, wake_ms = NULL WHERE id IN (SELECT id FROM taken)";
    pub(crate) TAKE_QUEUED = "WITH taken AS MATERIALIZED (SELECT id FROM executions WHERE flow_id = $2 AND waiting_kind = 'queue' ORDER BY started_ms, id LIMIT $3 FOR UPDATE SKIP LOCKED) UPDATE executions SET lease_node = $1, lease_epoch = lease_epoch + 1, wake_ms = NULL, waiting_kind = NULL, waiting_ms = NULL WHERE id IN (SELECT id FROM taken) RETURNING id, flow_id, owner_id, version_id, trigger_id, trigger_type, status, error_code, error_message, started_ms, completed_ms, waiting_kind, waiting_ms, lease_epoch, last_seq, input_tokens, output_tokens, lease_node";
    pub(crate) QUEUED_FLOWS = "WITH RECURSIVE q(flow_id) AS (SELECT MIN(flow_id) FROM executions WHERE waiting_kind = 'queue' UNION ALL SELECT (SELECT MIN(e.flow_id) FROM executions e WHERE e.waiting_kind = 'queue' AND e.flow_id > q.flow_id) FROM q WHERE q.flow_id IS NOT NULL) SELECT f.owner_id, f.id FROM q JOIN flows f ON f.id = q.flow_id WHERE f.status = 'running'";
    pub(crate) LOCK_FLOW = "SELECT status, concurrency FROM flows WHERE id = $1 FOR UPDATE";
    // What another execution calls takes no slot of its flow's.
    pub(crate) COUNT_LEASED = "SELECT COUNT(*) FROM executions WHERE flow_id = $1 AND lease_node IS NOT NULL AND parent_id IS NULL AND trigger_type <> 'test'";
    pub(crate) LEASED_OF_FLOW = "SELECT id FROM executions WHERE flow_id = $1 AND lease_node IS NOT NULL LIMIT 10000";
    pub(crate) NEXT_WAKE = "SELECT MIN(wake_ms) FROM executions WHERE wake_ms IS NOT NULL";

    pub(crate) QUEUE_DEPTH = "SELECT COUNT(*) FROM (SELECT id FROM executions WHERE waiting_kind = 'queue' LIMIT $1) q";
    pub(crate) STATUS_SUMS = "SELECT CAST(COALESCE(SUM(started), 0) AS BIGINT), CAST(COALESCE(SUM(succeeded), 0) AS BIGINT), CAST(COALESCE(SUM(failed), 0) AS BIGINT), CAST(COALESCE(SUM(timed_out), 0) AS BIGINT), CAST(COALESCE(SUM(duration_ms), 0) AS BIGINT), CAST(COALESCE(MAX(last_ms), 0) AS BIGINT), CAST(COALESCE(SUM(pruned_succeeded), 0) AS BIGINT), CAST(COALESCE(SUM(pruned_failed), 0) AS BIGINT), CAST(COALESCE(SUM(pruned_timed_out), 0) AS BIGINT) FROM execution_counts";

    // What is behind, over all flows and whoever owns them: each counted up to a limit.
    pub(crate) OVERDUE = "SELECT COUNT(*), MIN(o.wake_ms) FROM (SELECT e.wake_ms FROM executions e JOIN flows f ON f.id = e.flow_id WHERE e.wake_ms <= $1 AND f.status = 'running' ORDER BY e.wake_ms LIMIT $2) o";
    pub(crate) ORPHANS = "SELECT COUNT(*) FROM (SELECT id FROM executions WHERE lease_node IS NOT NULL AND lease_node NOT IN (SELECT id FROM nodes) LIMIT $1) o";
    pub(crate) STILL = "SELECT COUNT(*) FROM (SELECT e.id FROM executions e JOIN journal j ON j.execution_id = e.id AND j.seq = e.last_seq WHERE e.lease_node IS NOT NULL AND j.at_ms <= $1 LIMIT $2) s";
    pub(crate) LATE_SCHEDULES = "SELECT COUNT(*), MIN(t.next_ms) FROM triggers t JOIN flows f ON f.id = t.flow_id WHERE t.next_ms <= $1 AND t.next_ms > 0 AND f.status = 'running'";
    pub(crate) BROKEN_SCHEDULES = "SELECT t.id, f.name, t.problem FROM triggers t JOIN flows f ON f.id = t.flow_id WHERE t.next_ms IS NOT NULL AND t.problem IS NOT NULL AND f.status = 'running' ORDER BY t.id LIMIT $1";

    // What executions call.
    pub(crate) EXECUTION_IS_THERE = "SELECT id FROM executions WHERE id = $1";
    pub(crate) FLOWS_NAMED = "SELECT id FROM flows WHERE owner_id = $1 AND name = $2 ORDER BY id LIMIT 2";
    pub(crate) LEFT_BEHIND = "SELECT e.id FROM executions e JOIN executions p ON p.id = e.parent_id WHERE e.parent_id IS NOT NULL AND e.status = 'running' AND p.status <> 'running' LIMIT $1";

    // What is told to executions from outside.
    pub(crate) WAKE = "UPDATE executions SET wake_ms = CASE WHEN lease_node IS NULL THEN $2 ELSE wake_ms END WHERE id = $1 AND status = 'running' RETURNING lease_node";
    pub(crate) ADD_LETTER = "INSERT INTO inbox (execution_id, command_id, sent_ms, body_json, is_final, is_taken) VALUES ($1, $2, $3, $4, $5, FALSE) ON CONFLICT (execution_id, command_id) DO NOTHING";
    pub(crate) WAKE_WAITING = "UPDATE executions SET wake_ms = $2 WHERE flow_id = $1 AND status = 'running' AND lease_node IS NULL";
    pub(crate) ADD_LETTERS_TO_WAITING = "INSERT INTO inbox (execution_id, command_id, sent_ms, body_json, is_final, is_taken) SELECT id, $2, $3, $4, TRUE, FALSE FROM executions WHERE flow_id = $1 AND status = 'running' AND lease_node IS NULL ON CONFLICT (execution_id, command_id) DO NOTHING";
    pub(crate) LETTERS = "SELECT command_id, body_json FROM inbox WHERE execution_id = $1 AND NOT is_taken ORDER BY sent_ms, command_id LIMIT 1000";
    pub(crate) INBOXES_OF_NODE = "SELECT DISTINCT i.execution_id FROM inbox i JOIN executions e ON e.id = i.execution_id WHERE NOT i.is_taken AND e.lease_node = $1 LIMIT 1000";

    // What persons are asked.
    pub(crate) APPROVAL = "SELECT a.id, a.execution_id, a.seq, a.owner_id, a.flow_id, f.name, a.listener, a.message, a.fallback, a.asked_ms, a.deadline_ms, a.status, a.decision, a.decided_by, a.decided_ms, a.comment FROM approvals a JOIN flows f ON f.id = a.flow_id WHERE a.id = $1";
    pub(crate) APPROVAL_COUNT = "SELECT COUNT(*) FROM approvals a JOIN flows f ON f.id = a.flow_id WHERE a.owner_id = $1 AND ($2 = '' OR a.flow_id = $2) AND ($3 = '' OR a.execution_id = $3) AND ($4 = '' OR a.status = $4) AND ($5 = '' OR a.listener = $5) AND a.asked_ms >= $6 AND a.asked_ms < $7 AND COALESCE(a.deadline_ms, 9223372036854775806) < $8 AND ($9 = '' OR a.message LIKE $9 ESCAPE '\\' OR LOWER(a.message) LIKE $10 ESCAPE '\\' OR a.listener LIKE $9 ESCAPE '\\' OR LOWER(a.listener) LIKE $10 ESCAPE '\\' OR f.name LIKE $9 ESCAPE '\\' OR LOWER(f.name) LIKE $10 ESCAPE '\\')";
    pub(crate) APPROVAL_PAGE = "SELECT a.id, a.execution_id, a.seq, a.owner_id, a.flow_id, f.name, a.listener, a.message, a.fallback, a.asked_ms, a.deadline_ms, a.status, a.decision, a.decided_by, a.decided_ms, a.comment FROM approvals a JOIN flows f ON f.id = a.flow_id WHERE a.owner_id = $1 AND ($2 = '' OR a.flow_id = $2) AND ($3 = '' OR a.execution_id = $3) AND ($4 = '' OR a.status = $4) AND ($5 = '' OR a.listener = $5) AND a.asked_ms >= $6 AND a.asked_ms < $7 AND COALESCE(a.deadline_ms, 9223372036854775806) < $8 AND ($9 = '' OR a.message LIKE $9 ESCAPE '\\' OR LOWER(a.message) LIKE $10 ESCAPE '\\' OR a.listener LIKE $9 ESCAPE '\\' OR LOWER(a.listener) LIKE $10 ESCAPE '\\' OR f.name LIKE $9 ESCAPE '\\' OR LOWER(f.name) LIKE $10 ESCAPE '\\') ORDER BY a.asked_ms DESC, a.id DESC LIMIT $11 OFFSET $12";
    pub(crate) DECIDE_APPROVAL = "UPDATE approvals SET status = 'decided', decision = $2, decided_by = $3, decided_ms = $4, comment = $5 WHERE id = $1 AND status = 'pending'";
    pub(crate) CLOSE_APPROVALS = "UPDATE approvals SET status = 'closed' WHERE execution_id = $1 AND status = 'pending'";
    pub(crate) batch ADD_APPROVALS(id: Text, execution_id: Text, seq: Int, owner_id: Text, flow_id: Text, listener: Text, message: Text, fallback: Text, asked_ms: Int, deadline_ms: Int) = "INSERT INTO approvals (id, execution_id, seq, owner_id, flow_id, listener, message, fallback, asked_ms, deadline_ms, status) SELECT r.id, r.execution_id, r.seq, r.owner_id, r.flow_id, r.listener, r.message, r.fallback, r.asked_ms, r.deadline_ms, 'pending' FROM rows r";
    // What the execution has recorded is the truth, also over a decision that came in its last moment.
    pub(crate) batch END_APPROVALS(execution_id: Text, seq: Int, status: Text, decision: Text, decided_by: Text, decided_ms: Int, comment: Text) = "UPDATE approvals SET status = r.status, decision = r.decision, decided_by = r.decided_by, decided_ms = r.decided_ms, comment = r.comment FROM rows r WHERE approvals.execution_id = r.execution_id AND approvals.seq = r.seq";

    // The gathered commit.
    pub(crate) batch COUNT_RUNS(owner_id: Text, month_ms: Int, runs: Int, input_tokens: Int, output_tokens: Int) = "INSERT INTO monthly_runs (owner_id, month_ms, runs, input_tokens, output_tokens) SELECT r.owner_id, r.month_ms, r.runs, r.input_tokens, r.output_tokens FROM rows r WHERE true ON CONFLICT (owner_id, month_ms) DO UPDATE SET runs = monthly_runs.runs + excluded.runs, input_tokens = monthly_runs.input_tokens + excluded.input_tokens, output_tokens = monthly_runs.output_tokens + excluded.output_tokens RETURNING owner_id, runs";
    pub(crate) batch HOLD_FLOWS(id: Text, version_id: Text, is_test: Int) = "SELECT f.id, r.version_id, r.is_test FROM rows r JOIN flows f ON f.id = r.id AND (r.version_id IS NULL OR f.version_id = r.version_id) WHERE f.status = 'running' OR r.is_test = 1 FOR SHARE";
    pub(crate) batch ADD_EXECUTIONS(id: Text, flow_id: Text, owner_id: Text, version_id: Text, trigger_id: Text, trigger_type: Text, status: Text, error_code: Text, error_message: Text, started_ms: Int, completed_ms: Int, waiting_kind: Text, waiting_ms: Int, wake_ms: Int, lease_node: Text, lease_epoch: Int, last_seq: Int, input_tokens: Int, output_tokens: Int, parent_id: Text) = "INSERT INTO executions (id, flow_id, owner_id, version_id, trigger_id, trigger_type, status, error_code, error_message, started_ms, completed_ms, waiting_kind, waiting_ms, wake_ms, lease_node, lease_epoch, last_seq, input_tokens, output_tokens, parent_id) SELECT r.id, r.flow_id, r.owner_id, r.version_id, r.trigger_id, r.trigger_type, r.status, r.error_code, r.error_message, r.started_ms, r.completed_ms, r.waiting_kind, r.waiting_ms, r.wake_ms, r.lease_node, r.lease_epoch, r.last_seq, r.input_tokens, r.output_tokens, r.parent_id FROM rows r";
    // By `completed_ms`, which no index has: one that has the status looks better to PostgreSQL than the key while the table is new.
    pub(crate) batch MOVE_EXECUTIONS(id: Text, epoch: Int, status: Text, error_code: Text, error_message: Text, completed_ms: Int, waiting_kind: Text, waiting_ms: Int, wake_ms: Int, lease_node: Text, last_seq: Int, input_tokens: Int, output_tokens: Int) = "UPDATE executions SET status = r.status, error_code = r.error_code, error_message = r.error_message, completed_ms = r.completed_ms, waiting_kind = r.waiting_kind, waiting_ms = r.waiting_ms, wake_ms = r.wake_ms, lease_node = r.lease_node, last_seq = r.last_seq, input_tokens = executions.input_tokens + r.input_tokens, output_tokens = executions.output_tokens + r.output_tokens FROM rows r WHERE executions.id = r.id AND executions.lease_epoch = r.epoch AND executions.completed_ms IS NULL RETURNING executions.id";
    pub(crate) batch LOOK_AGAIN(id: Text, now_ms: Int) = "UPDATE executions SET wake_ms = r.now_ms FROM rows r WHERE executions.id = r.id AND executions.lease_node IS NULL AND executions.status = 'running' AND EXISTS (SELECT 1 FROM inbox i WHERE i.execution_id = r.id AND NOT i.is_taken)";
    pub(crate) batch TAKE_LETTERS(execution_id: Text, command_id: Text) = "UPDATE inbox SET is_taken = TRUE FROM rows r WHERE inbox.execution_id = r.execution_id AND inbox.command_id = r.command_id";
    pub(crate) batch APPEND_EVENTS(execution_id: Text, seq: Int, at_ms: Int, body_json: Text) = "INSERT INTO journal (execution_id, seq, at_ms, body_json) SELECT r.execution_id, r.seq, r.at_ms, r.body_json FROM rows r";
    pub(crate) batch ADD_PAYLOADS(execution_id: Text, seq: Int, body_deflate: Bytes) = "INSERT INTO payloads (execution_id, seq, body_deflate) SELECT r.execution_id, r.seq, r.body_deflate FROM rows r";
    pub(crate) batch ADD_SNAPSHOTS(execution_id: Text, version: Int, body_deflate: Bytes) = "INSERT INTO snapshots (execution_id, version, body_deflate) SELECT r.execution_id, r.version, r.body_deflate FROM rows r WHERE true ON CONFLICT (execution_id) DO UPDATE SET version = excluded.version, body_deflate = excluded.body_deflate";
    pub(crate) batch FORGET_SNAPSHOTS(execution_id: Text) = "DELETE FROM snapshots WHERE execution_id IN (SELECT r.execution_id FROM rows r)";
    pub(crate) SNAPSHOT = "SELECT body_deflate FROM snapshots WHERE execution_id = $1 AND version = $2";
    pub(crate) batch COUNT_HOURS(flow_id: Text, hour_ms: Int, status: Text, bucket: Int, runs: Int) = "INSERT INTO run_hours (flow_id, hour_ms, status, bucket, runs) SELECT r.flow_id, r.hour_ms, r.status, r.bucket, r.runs FROM rows r WHERE true ON CONFLICT (flow_id, hour_ms, status, bucket) DO UPDATE SET runs = run_hours.runs + excluded.runs";
    pub(crate) batch COUNT_EXECUTIONS(flow_id: Text, started: Int, succeeded: Int, failed: Int, timed_out: Int, duration_ms: Int, last_ms: Int) = "INSERT INTO execution_counts (flow_id, started, succeeded, failed, timed_out, duration_ms, last_ms) SELECT r.flow_id, r.started, r.succeeded, r.failed, r.timed_out, r.duration_ms, r.last_ms FROM rows r WHERE true ON CONFLICT (flow_id) DO UPDATE SET started = execution_counts.started + excluded.started, succeeded = execution_counts.succeeded + excluded.succeeded, failed = execution_counts.failed + excluded.failed, timed_out = execution_counts.timed_out + excluded.timed_out, duration_ms = execution_counts.duration_ms + excluded.duration_ms, last_ms = CASE WHEN excluded.last_ms > execution_counts.last_ms THEN excluded.last_ms ELSE execution_counts.last_ms END";
    pub(crate) batch KV_SET(flow_id: Text, key: Text, value_json: Text, expires_ms: Int) = "INSERT INTO kv (flow_id, key, value_json, expires_ms) SELECT r.flow_id, r.key, r.value_json, r.expires_ms FROM rows r WHERE true ON CONFLICT (flow_id, key) DO UPDATE SET value_json = excluded.value_json, expires_ms = excluded.expires_ms";
    pub(crate) batch KV_DELETE(flow_id: Text, key: Text) = "DELETE FROM kv WHERE (flow_id, key) IN (SELECT r.flow_id, r.key FROM rows r)";
    pub(crate) batch TAKE_KEYS(key: Text, execution_id: Text, body_hash: Text, expires_ms: Int) = "INSERT INTO birth_keys (key, execution_id, body_hash, expires_ms) SELECT r.key, r.execution_id, r.body_hash, r.expires_ms FROM rows r WHERE true ON CONFLICT (key) DO NOTHING RETURNING key";
    pub(crate) EXECUTION_OF_KEY = "SELECT execution_id, body_hash FROM birth_keys WHERE key = $1";
    pub(crate) MONTHLY_RUNS = "SELECT runs, input_tokens, output_tokens FROM monthly_runs WHERE owner_id = $1 AND month_ms = $2";

    // Retention.
    pub(crate) TAKE_CHORE = "UPDATE chores SET due_ms = $3 WHERE name = $1 AND due_ms <= $2 RETURNING place";
    pub(crate) NOTE_PLACE = "UPDATE chores SET place = $2 WHERE name = $1";
    pub(crate) FLOWS_WITH_FINISHED = "SELECT c.flow_id, f.owner_id, c.succeeded + c.failed + c.timed_out - c.pruned_succeeded - c.pruned_failed - c.pruned_timed_out FROM execution_counts c JOIN flows f ON f.id = c.flow_id WHERE c.flow_id > $1 AND c.succeeded + c.failed + c.timed_out > c.pruned_succeeded + c.pruned_failed + c.pruned_timed_out ORDER BY c.flow_id LIMIT $2";
    pub(crate) STALE_EXECUTIONS = "SELECT id, started_ms, last_seq FROM executions WHERE flow_id = $1 AND status = $2 AND started_ms >= $3 AND started_ms < $4 AND completed_ms < $5 ORDER BY started_ms, id LIMIT $6";
    pub(crate) START_OF_NEWEST = "SELECT started_ms FROM executions WHERE flow_id = $1 ORDER BY started_ms DESC, id DESC LIMIT 1 OFFSET $2";
    pub(crate) batch PRUNE_EXECUTIONS(id: Text) = "DELETE FROM executions WHERE id IN (SELECT r.id FROM rows r) AND status <> 'running' RETURNING id, status";
    pub(crate) PRUNE_RUN_HOURS = "DELETE FROM run_hours WHERE (flow_id, hour_ms, status, bucket) IN (SELECT flow_id, hour_ms, status, bucket FROM run_hours WHERE hour_ms < $1 LIMIT $2)";
    pub(crate) COUNT_PRUNED = "UPDATE execution_counts SET pruned_succeeded = pruned_succeeded + $2, pruned_failed = pruned_failed + $3, pruned_timed_out = pruned_timed_out + $4 WHERE flow_id = $1";
    pub(crate) PRUNE_EVENTS = "DELETE FROM journal WHERE execution_id = $1 AND seq >= $2";
    pub(crate) PRUNE_PAYLOADS = "DELETE FROM payloads WHERE execution_id = $1 AND seq >= $2";
    pub(crate) PRUNE_INBOX = "DELETE FROM inbox WHERE execution_id = $1";
    pub(crate) PRUNE_SNAPSHOT = "DELETE FROM snapshots WHERE execution_id = $1";
    pub(crate) PRUNE_APPROVALS = "DELETE FROM approvals WHERE execution_id = $1";
    pub(crate) NEXT_REMAINS = "SELECT execution_id, events FROM remains LIMIT 1";
    pub(crate) NOTE_REMAINS = "INSERT INTO remains (execution_id, events) VALUES ($1, $2) ON CONFLICT (execution_id) DO UPDATE SET events = excluded.events";
    pub(crate) FORGET_REMAINS = "DELETE FROM remains WHERE execution_id = $1";
    pub(crate) PRUNE_KEYS = "DELETE FROM birth_keys WHERE key IN (SELECT key FROM birth_keys WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2 FOR UPDATE SKIP LOCKED)";
    pub(crate) PRUNE_KV = "DELETE FROM kv WHERE (flow_id, key) IN (SELECT flow_id, key FROM kv WHERE expires_ms <= $1 ORDER BY expires_ms LIMIT $2 FOR UPDATE SKIP LOCKED) AND expires_ms <= $1";

    // A flow's own memory.
    pub(crate) KV_GET = "SELECT value_json FROM kv WHERE flow_id = $1 AND key = $2 AND (expires_ms IS NULL OR expires_ms > $3)";
    pub(crate) KV_KEYS = "SELECT key FROM kv WHERE flow_id = $1 AND (expires_ms IS NULL OR expires_ms > $2) ORDER BY key LIMIT 10000";

    // Nodes.
    pub(crate) ADD_NODE = "INSERT INTO nodes (id, beat, version, started_ms, beat_ms, address) VALUES ($1, 0, $2, $3, $3, $4) ON CONFLICT (id) DO NOTHING";
    pub(crate) BEAT = "UPDATE nodes SET beat = beat + 1, beat_ms = $2, state = $3, executions = $4 WHERE id = $1";
    pub(crate) NODES = "SELECT id, beat, version, started_ms, beat_ms, state, executions, address, counters FROM nodes ORDER BY started_ms, id";
    pub(crate) NOTE_COUNTERS = "UPDATE nodes SET counters = $2 WHERE id = $1";
    pub(crate) UNKNOWN_NODES = "SELECT DISTINCT lease_node FROM executions WHERE lease_node IS NOT NULL AND lease_node NOT IN (SELECT id FROM nodes)";
    pub(crate) REMOVE_NODE = "DELETE FROM nodes WHERE id = $1";

    // The watchdog.
    pub(crate) FLOW_COUNTS = "SELECT c.flow_id, f.owner_id, f.name, c.succeeded + c.failed + c.timed_out, c.failed + c.timed_out FROM execution_counts c JOIN flows f ON f.id = c.flow_id WHERE c.last_ms >= $1";
    pub(crate) RECENTLY_ENDED = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN e.status IN ('error', 'timeout') THEN 1 ELSE 0 END), 0) AS BIGINT) FROM (SELECT status FROM executions WHERE flow_id = $1 AND started_ms >= $2 AND trigger_type <> 'test' ORDER BY started_ms DESC, id DESC LIMIT $3) e WHERE e.status <> 'running'";
    pub(crate) ADD_ALERT = "INSERT INTO alerts (id, fact, owner_id, flow_id, execution_id, rule, level, message, stops, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (fact) DO NOTHING";
    pub(crate) ALERT_LIKE_IT = "SELECT id FROM alerts WHERE owner_id = $1 AND COALESCE(flow_id, '') = $2 AND rule = $3 AND level = $4 AND at_ms > $5 AND id <> $6 LIMIT 1";
    pub(crate) ADD_ALERT_DELIVERY = "INSERT INTO alert_deliveries (alert_id, channel, attempts, next_ms) VALUES ($1, $2, 0, $3)";
    pub(crate) ALERT = "SELECT id, owner_id, flow_id, execution_id, rule, level, message, stops, at_ms FROM alerts WHERE id = $1";
    // The owner's, and those of one more: the server's own stand under an empty owner.
    pub(crate) ALERT_PAGE = "SELECT id, owner_id, flow_id, execution_id, rule, level, message, stops, at_ms FROM alerts WHERE owner_id IN ($1, $2) AND ($3 = '' OR rule = $3) AND ($4 = '' OR level = $4) AND ($5 = '' OR flow_id = $5) AND at_ms >= $6 AND at_ms < $7 AND ($8 = '' OR message LIKE $8 ESCAPE '\\' OR LOWER(message) LIKE $9 ESCAPE '\\') ORDER BY at_ms DESC, id DESC LIMIT $10 OFFSET $11";
    pub(crate) ALERT_COUNT = "SELECT COUNT(*) FROM alerts WHERE owner_id IN ($1, $2) AND ($3 = '' OR rule = $3) AND ($4 = '' OR level = $4) AND ($5 = '' OR flow_id = $5) AND at_ms >= $6 AND at_ms < $7 AND ($8 = '' OR message LIKE $8 ESCAPE '\\' OR LOWER(message) LIKE $9 ESCAPE '\\')";
    pub(crate) TAKE_ALERT_DELIVERIES = "WITH taken AS MATERIALIZED (SELECT alert_id, channel FROM alert_deliveries WHERE next_ms <= $1 ORDER BY next_ms LIMIT $3 FOR UPDATE SKIP LOCKED) UPDATE alert_deliveries SET attempts = attempts + 1, next_ms = $2 WHERE (alert_id, channel) IN (SELECT alert_id, channel FROM taken) RETURNING alert_id, channel, attempts";
    pub(crate) PUT_OFF_ALERT_DELIVERY = "UPDATE alert_deliveries SET next_ms = $3 WHERE alert_id = $1 AND channel = $2";
    pub(crate) END_ALERT_DELIVERY = "DELETE FROM alert_deliveries WHERE alert_id = $1 AND channel = $2";
    pub(crate) PRUNE_ALERTS = "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE at_ms < $1 ORDER BY at_ms LIMIT $2)";
    pub(crate) DELETE_FLOW_ALERTS = "DELETE FROM alerts WHERE owner_id = $2 AND flow_id = $1";
}
