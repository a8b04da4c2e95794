-- Answers that stand in for the work of listeners in test runs. Owned by the journal room.

CREATE TABLE pins (
    flow_id      TEXT   NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    listener     TEXT   NOT NULL,
    output_json  TEXT   NOT NULL,
    -- The execution that it was taken from; null when somebody wrote it.
    execution_id TEXT,
    pinned_ms    BIGINT NOT NULL,
    PRIMARY KEY (flow_id, listener)
);
