-- Who runs the server, and who has changed what. Owned by the accounts room.

ALTER TABLE users ADD COLUMN is_operator BOOLEAN NOT NULL DEFAULT FALSE;

-- One row a change that a user has made; never changed, removed by age alone. No value that was sent stands here.
CREATE TABLE audit (
    id         TEXT   NOT NULL PRIMARY KEY,
    at_ms      BIGINT NOT NULL,
    owner_id   TEXT   NOT NULL,
    -- session, token or development
    via        TEXT   NOT NULL,
    token_id   TEXT,
    -- The identity provider's name of the operator who acted as the user.
    operator   TEXT,
    -- Where the request came from.
    address    TEXT,
    request_id TEXT   NOT NULL,
    -- The operation, as the API's document calls it.
    action     TEXT   NOT NULL,
    -- Which object: the address without its query.
    path       TEXT   NOT NULL,
    -- What was made, if anything was.
    object_id  TEXT,
    -- What was answered.
    status     BIGINT NOT NULL
);
CREATE INDEX audit_by_owner ON audit (owner_id, at_ms, id);
CREATE INDEX audit_by_age ON audit (at_ms);
