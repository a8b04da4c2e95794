-- What persons are asked, and what they said. Owned by the journal room.
--
-- The journal of an execution is the truth; a row is what people find it by, and takes the first decision.

CREATE TABLE approvals (
    id           TEXT   NOT NULL PRIMARY KEY,
    execution_id TEXT   NOT NULL,
    -- The event that asks.
    seq          BIGINT NOT NULL,
    owner_id     TEXT   NOT NULL,
    flow_id      TEXT   NOT NULL,
    listener     TEXT   NOT NULL,
    message      TEXT   NOT NULL,
    -- What holds at the deadline: approve or reject.
    fallback     TEXT   NOT NULL,
    asked_ms     BIGINT NOT NULL,
    -- Null: it waits until somebody decides.
    deadline_ms  BIGINT,
    -- pending, decided, or closed: nobody has to decide it any more
    status       TEXT   NOT NULL,
    decision     TEXT,
    -- Null when the deadline decided.
    decided_by   TEXT,
    decided_ms   BIGINT,
    comment      TEXT,
    UNIQUE (execution_id, seq)
);
CREATE INDEX approvals_by_owner ON approvals (owner_id, asked_ms, id);
CREATE INDEX approvals_pending ON approvals (owner_id, asked_ms, id) WHERE status = 'pending';
CREATE INDEX approvals_of_flow ON approvals (flow_id);
