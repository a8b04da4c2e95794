-- Keeping the database small: what is over goes after a while. Owned by the journal room.

-- Of the sums, what has gone: sums stay as they were, lists count what is still there.
ALTER TABLE execution_counts ADD COLUMN pruned_succeeded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE execution_counts ADD COLUMN pruned_failed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE execution_counts ADD COLUMN pruned_timed_out BIGINT NOT NULL DEFAULT 0;

-- What one node does for all: whoever moves `due_ms` has the turn until then.
CREATE TABLE chores (
    name   TEXT   NOT NULL PRIMARY KEY,
    due_ms BIGINT NOT NULL,
    -- How far the last turn came; empty at the beginning.
    place  TEXT   NOT NULL
);
INSERT INTO chores (name, due_ms, place) VALUES ('retention', 0, '');

-- Executions whose row has gone, and of whose events the first so many are still there.
CREATE TABLE remains (
    execution_id TEXT   NOT NULL PRIMARY KEY,
    events       BIGINT NOT NULL
);

CREATE INDEX kv_by_expiry ON kv (expires_ms) WHERE expires_ms IS NOT NULL;
