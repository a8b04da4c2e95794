-- Executions of an owner over all flows, and how many ran when. Owned by the journal room.

CREATE INDEX executions_by_owner ON executions (owner_id, started_ms, id);
CREATE INDEX executions_failed ON executions (owner_id, started_ms, id) WHERE status IN ('error', 'timeout');

-- Executions that ended, by the hour in which they started, by outcome, and by how long they took.
CREATE TABLE run_hours (
    flow_id TEXT   NOT NULL,
    hour_ms BIGINT NOT NULL,
    -- success, error, timeout
    status  TEXT   NOT NULL,
    -- A quarter of an octave of the duration.
    bucket  BIGINT NOT NULL,
    runs    BIGINT NOT NULL,
    PRIMARY KEY (flow_id, hour_ms, status, bucket)
);
CREATE INDEX run_hours_by_age ON run_hours (hour_ms);
