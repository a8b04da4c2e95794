-- Where long executions stood, so that they are not replayed from their first event. Owned by the journal room.

-- At most one an execution; any may be thrown away.
CREATE TABLE snapshots (
    execution_id TEXT   NOT NULL PRIMARY KEY,
    -- The form of the body: a program reads its own only.
    version      BIGINT NOT NULL,
    body_deflate BYTEA  NOT NULL
);
