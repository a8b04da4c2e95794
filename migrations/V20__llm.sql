-- Calls of models. Owned by the llm room.

-- One row a call; never changed. What was asked and answered is not kept here.
CREATE TABLE llm_calls (
    id                 TEXT    NOT NULL PRIMARY KEY,
    at_ms              BIGINT  NOT NULL,
    owner_id           TEXT    NOT NULL,
    flow_id            TEXT,
    execution_id       TEXT,
    step               TEXT,
    -- chat, embeddings or count_tokens.
    operation          TEXT    NOT NULL,
    -- What was asked for: a model or an alias.
    asked_model        TEXT    NOT NULL,
    -- Who answered; empty when nobody did.
    provider           TEXT    NOT NULL,
    model              TEXT    NOT NULL,
    -- own, platform or none.
    key_kind           TEXT    NOT NULL,
    input_tokens       BIGINT  NOT NULL,
    output_tokens      BIGINT  NOT NULL,
    cached_tokens      BIGINT  NOT NULL,
    cache_write_tokens BIGINT  NOT NULL,
    reasoning_tokens   BIGINT  NOT NULL,
    -- Whether the provider never said, and the tokens are our estimate.
    is_estimated       BOOLEAN NOT NULL,
    -- Billionths of a dollar; null when nobody knows the model's price.
    cost_nano          BIGINT,
    latency_ms         BIGINT  NOT NULL,
    -- Until the first piece of a streamed answer.
    first_token_ms     BIGINT,
    -- off, miss, hit or joined.
    cache              TEXT    NOT NULL,
    -- ok, cancelled, or an error's code.
    outcome            TEXT    NOT NULL,
    attempts           BIGINT  NOT NULL
);
CREATE INDEX llm_calls_by_owner ON llm_calls (owner_id, at_ms);
CREATE INDEX llm_calls_by_flow ON llm_calls (flow_id, at_ms);
CREATE INDEX llm_calls_by_execution ON llm_calls (execution_id);
