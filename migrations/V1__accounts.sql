-- People, sign-in, tokens, provider keys, secrets, variables. Owned by the accounts room.

-- One row a person and way in: who issued the identity, and what they call the person. A deleted person's row stays,
-- emptied, so that a late event or a still valid session cannot bring the person back.
CREATE TABLE users (
    id         TEXT   NOT NULL PRIMARY KEY,
    -- The Clerk issuer's address, `local` (command line) or `development`.
    issuer     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    email      TEXT,
    -- The same in lower case; not unique: one person may have several ways in.
    email_key  TEXT,
    name       TEXT,
    avatar_url TEXT,
    tier       TEXT   NOT NULL,
    -- Clerk's `updated_at` of the profile above: an older event changes nothing.
    profile_ms BIGINT NOT NULL,
    deleted_ms BIGINT,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX users_by_email ON users (email_key);

-- Clerk's deliveries, by their `svix-id`: a repetition has no effect.
CREATE TABLE clerk_events (
    id          TEXT   NOT NULL PRIMARY KEY,
    received_ms BIGINT NOT NULL
);
CREATE INDEX clerk_events_by_age ON clerk_events (received_ms);

-- Personal tokens; of the token itself only the hash is kept.
CREATE TABLE api_tokens (
    id           TEXT   NOT NULL PRIMARY KEY,
    owner_id     TEXT   NOT NULL REFERENCES users (id),
    name         TEXT   NOT NULL,
    -- SHA-256 of the whole token, hexadecimal.
    hash         TEXT   NOT NULL UNIQUE,
    -- Its first characters, to recognise it.
    prefix       TEXT   NOT NULL,
    -- Words separated by spaces.
    scopes       TEXT   NOT NULL,
    expires_ms   BIGINT,
    last_used_ms BIGINT,
    created_ms   BIGINT NOT NULL
);
CREATE INDEX api_tokens_by_owner ON api_tokens (owner_id, created_ms);

-- Keys that users brought for model providers, sealed.
CREATE TABLE provider_keys (
    owner_id     TEXT    NOT NULL REFERENCES users (id),
    provider     TEXT    NOT NULL,
    sealed       BYTEA   NOT NULL,
    hint         TEXT    NOT NULL,
    is_valid     BOOLEAN NOT NULL,
    last_error   TEXT,
    last_used_ms BIGINT,
    created_ms   BIGINT  NOT NULL,
    updated_ms   BIGINT  NOT NULL,
    PRIMARY KEY (owner_id, provider)
);

-- Secrets of a user (`flow_id` empty) or of one flow, sealed.
CREATE TABLE secrets (
    owner_id   TEXT   NOT NULL REFERENCES users (id),
    flow_id    TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    hint       TEXT   NOT NULL,
    -- The hosts it may be sent to; an empty list binds it to none in particular.
    hosts_json TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (owner_id, flow_id, name)
);

-- Variables: like secrets, but readable JSON.
CREATE TABLE variables (
    owner_id   TEXT   NOT NULL REFERENCES users (id),
    flow_id    TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    value_json TEXT   NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    PRIMARY KEY (owner_id, flow_id, name)
);

-- Requests that carried an `Idempotency-Key`, and what was answered.
CREATE TABLE idempotency_keys (
    owner_id     TEXT   NOT NULL REFERENCES users (id),
    key          TEXT   NOT NULL,
    route        TEXT   NOT NULL,
    body_hash    TEXT   NOT NULL,
    -- `pending` or `done`.
    state        TEXT   NOT NULL,
    status       BIGINT,
    headers_json TEXT,
    -- Sealed: an answer may hold a new token.
    body_sealed  BYTEA,
    created_ms   BIGINT NOT NULL,
    PRIMARY KEY (owner_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_ms);
