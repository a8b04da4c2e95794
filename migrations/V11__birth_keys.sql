-- Deliveries that have made an execution, so that a repetition makes no other. Owned by the journal room.

CREATE TABLE birth_keys (
    key          TEXT   NOT NULL PRIMARY KEY,
    execution_id TEXT   NOT NULL,
    -- SHA-256 of the body, where a repetition has to bring the same.
    body_hash    TEXT,
    expires_ms   BIGINT NOT NULL
);
CREATE INDEX birth_keys_by_expiry ON birth_keys (expires_ms);
