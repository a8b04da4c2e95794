-- What executions remember. Owned by the journal room.

CREATE TABLE executions (
    id             TEXT   NOT NULL PRIMARY KEY,
    flow_id        TEXT   NOT NULL,
    owner_id       TEXT   NOT NULL,
    version_id     TEXT   NOT NULL,
    trigger_id     TEXT,
    trigger_type   TEXT   NOT NULL,
    -- running, success, error, timeout
    status         TEXT   NOT NULL,
    error_code     TEXT,
    error_message  TEXT,
    started_ms     BIGINT NOT NULL,
    completed_ms   BIGINT,
    -- What a running one waits for, and until when.
    waiting_kind   TEXT,
    waiting_ms     BIGINT,
    -- When it is due to be claimed; null when it is over.
    wake_ms        BIGINT,
    -- Who runs it; null when nobody does.
    lease_node     TEXT,
    -- Raised by every claim; a commit of an older epoch is refused.
    lease_epoch    BIGINT NOT NULL,
    last_seq       BIGINT NOT NULL,
    input_tokens   BIGINT NOT NULL,
    output_tokens  BIGINT NOT NULL
);
CREATE INDEX executions_by_flow ON executions (flow_id, started_ms, id);
CREATE INDEX executions_by_status ON executions (flow_id, status, started_ms, id);
CREATE INDEX executions_due ON executions (wake_ms) WHERE wake_ms IS NOT NULL;

-- Append-only. Two writers cannot append the same seq.
CREATE TABLE journal (
    execution_id TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    at_ms        BIGINT NOT NULL,
    -- The event as JSON; null when it lies compressed in `payloads`.
    body_json    TEXT,
    PRIMARY KEY (execution_id, seq)
);

-- Events over 32 KiB, deflated.
CREATE TABLE payloads (
    execution_id TEXT   NOT NULL,
    seq          BIGINT NOT NULL,
    body_deflate BYTEA  NOT NULL,
    PRIMARY KEY (execution_id, seq)
);

-- Sums over a flow's executions, so that lists and statistics do not count rows.
CREATE TABLE execution_counts (
    flow_id      TEXT   NOT NULL PRIMARY KEY,
    started      BIGINT NOT NULL,
    succeeded    BIGINT NOT NULL,
    failed       BIGINT NOT NULL,
    timed_out    BIGINT NOT NULL,
    duration_ms  BIGINT NOT NULL,
    last_ms      BIGINT NOT NULL
);

-- Runs admitted in a calendar month (UTC): raised in the commit that starts them.
CREATE TABLE monthly_runs (
    owner_id      TEXT   NOT NULL,
    month_ms      BIGINT NOT NULL,
    runs          BIGINT NOT NULL,
    input_tokens  BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    PRIMARY KEY (owner_id, month_ms)
);

-- A flow's own small memory.
CREATE TABLE kv (
    flow_id    TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    value_json TEXT   NOT NULL,
    expires_ms BIGINT,
    PRIMARY KEY (flow_id, key)
);

-- Running processes; one whose beat stands still is dead.
CREATE TABLE nodes (
    id         TEXT   NOT NULL PRIMARY KEY,
    beat       BIGINT NOT NULL,
    version    TEXT   NOT NULL,
    started_ms BIGINT NOT NULL
);
