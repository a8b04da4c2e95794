-- What operators see of nodes, and what the watchdog has found. Owned by the journal room.

-- By the node's own clock; null for a node of a version that does not say it.
ALTER TABLE nodes ADD COLUMN beat_ms BIGINT;
-- ready or draining, as the node says itself.
ALTER TABLE nodes ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';
-- Executions that it drives.
ALTER TABLE nodes ADD COLUMN executions BIGINT NOT NULL DEFAULT 0;
-- Where it is reached, when its operator has said it.
ALTER TABLE nodes ADD COLUMN address TEXT;

CREATE TABLE alerts (
    id           TEXT    NOT NULL PRIMARY KEY,
    -- Names the fact: whichever node sees it first tells it, and nobody else.
    fact         TEXT    NOT NULL UNIQUE,
    -- Empty when it concerns the server and not an owner.
    owner_id     TEXT    NOT NULL,
    flow_id      TEXT,
    execution_id TEXT,
    rule         TEXT    NOT NULL,
    -- warning or critical
    level        TEXT    NOT NULL,
    message      TEXT    NOT NULL,
    -- Whether the execution was told to end.
    stops        BOOLEAN NOT NULL,
    at_ms        BIGINT  NOT NULL
);
CREATE INDEX alerts_by_owner ON alerts (owner_id, at_ms, id);
CREATE INDEX alerts_by_age ON alerts (at_ms);

-- Who is still to be told of an alert, by which way. A row goes when it is done or given up.
CREATE TABLE alert_deliveries (
    alert_id TEXT   NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    -- email or webhook
    channel  TEXT   NOT NULL,
    attempts BIGINT NOT NULL,
    next_ms  BIGINT NOT NULL,
    PRIMARY KEY (alert_id, channel)
);
CREATE INDEX alert_deliveries_due ON alert_deliveries (next_ms);
