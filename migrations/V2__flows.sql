-- Flows: the saved text, its versions, and what starts it. Owned by the journal room.

CREATE TABLE flows (
    id            TEXT   NOT NULL PRIMARY KEY,
    owner_id      TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    description   TEXT,
    organism_yaml TEXT   NOT NULL,
    canvas_json   TEXT,
    status        TEXT   NOT NULL,
    -- The node that last ran it.
    node_id       TEXT,
    error_message TEXT,
    -- The version that new executions run.
    version_id    TEXT,
    -- Raised by every change; the ETag.
    revision      BIGINT NOT NULL,
    created_ms    BIGINT NOT NULL,
    updated_ms    BIGINT NOT NULL
);
CREATE INDEX flows_by_owner ON flows (owner_id, updated_ms, id);
CREATE INDEX flows_by_status ON flows (status);

-- How many flows an owner has: one row to lock, so that the tier's limit is exact.
CREATE TABLE flow_counts (
    owner_id TEXT   NOT NULL PRIMARY KEY,
    flows    BIGINT NOT NULL
);

CREATE TABLE flow_versions (
    id            TEXT   NOT NULL PRIMARY KEY,
    flow_id       TEXT   NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    number        BIGINT NOT NULL,
    organism_yaml TEXT   NOT NULL,
    created_ms    BIGINT NOT NULL,
    UNIQUE (flow_id, number)
);

CREATE TABLE triggers (
    id           TEXT    NOT NULL PRIMARY KEY,
    flow_id      TEXT    NOT NULL REFERENCES flows (id) ON DELETE CASCADE,
    owner_id     TEXT    NOT NULL,
    type         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    config_json  TEXT    NOT NULL,
    enabled      BOOLEAN NOT NULL,
    -- SHA-256 of the webhook token: what a request is looked up by.
    token_hash   TEXT UNIQUE,
    -- The token itself, encrypted, so that its owner can see it again.
    token_sealed BYTEA,
    created_ms   BIGINT  NOT NULL,
    updated_ms   BIGINT  NOT NULL
);
CREATE INDEX triggers_by_flow ON triggers (flow_id, created_ms, id);
