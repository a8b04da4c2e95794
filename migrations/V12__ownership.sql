-- Who runs an execution, what it waits for, what others tell it. Owned by the journal room.
--
-- An execution that is not over stands in one of these places:
-- leased to a node (`lease_node`), due at a time (`wake_ms`), in its flow's queue (`waiting_kind` is `queue`),
-- or waiting for somebody outside (none of them).

-- Executions of the flow at a time, as its running version says; null is any number.
ALTER TABLE flows ADD COLUMN concurrency BIGINT;

-- A leased execution is not due: its node knows what it does.
UPDATE executions SET wake_ms = NULL WHERE lease_node IS NOT NULL;
CREATE INDEX executions_leased ON executions (flow_id, lease_node) WHERE lease_node IS NOT NULL;
CREATE INDEX executions_queued ON executions (flow_id, started_ms, id) WHERE waiting_kind = 'queue';

-- What is told to an execution from outside. A row stays when it is taken: the same command is not taken twice.
CREATE TABLE inbox (
    execution_id TEXT    NOT NULL,
    -- The first of an id counts.
    command_id   TEXT    NOT NULL,
    sent_ms      BIGINT  NOT NULL,
    body_json    TEXT    NOT NULL,
    -- Whether it ends the execution: then it waits for no turn.
    is_final     BOOLEAN NOT NULL,
    is_taken     BOOLEAN NOT NULL,
    PRIMARY KEY (execution_id, command_id)
);
CREATE INDEX inbox_open ON inbox (execution_id, sent_ms) WHERE NOT is_taken;
