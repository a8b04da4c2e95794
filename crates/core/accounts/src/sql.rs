//! Every statement of this room.
//!
//! Where a user is read, the columns are id, issuer, subject, email, name, avatar, tier, created.

db::statements! {
    // People.
    pub(crate) FIND_USER = "SELECT id, issuer, subject, email, name, avatar_url, tier, created_ms
        FROM users WHERE id = $1 AND deleted_ms IS NULL";
    pub(crate) FIND_USER_BY_IDENTITY = "SELECT id, issuer, subject, email, name, avatar_url, tier, created_ms, deleted_ms
        FROM users WHERE issuer = $1 AND subject = $2";
    pub(crate) LIST_USERS = "SELECT id, issuer, subject, email, name, avatar_url, tier, created_ms
        FROM users WHERE deleted_ms IS NULL ORDER BY created_ms, id";
    pub(crate) FIND_USERS_BY_EMAIL = "SELECT id, issuer, subject, email, name, avatar_url, tier, created_ms
        FROM users WHERE email_key = $1 AND deleted_ms IS NULL ORDER BY created_ms, id";
    // Answers the row that is there when somebody was quicker; nothing when it is a tombstone.
    pub(crate) MAKE_USER = "INSERT INTO users (id, issuer, subject, email, email_key, name, avatar_url, tier,
            profile_ms, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9)
        ON CONFLICT (issuer, subject) DO UPDATE SET
            email = COALESCE(users.email, excluded.email),
            email_key = COALESCE(users.email_key, excluded.email_key),
            name = COALESCE(users.name, excluded.name),
            avatar_url = COALESCE(users.avatar_url, excluded.avatar_url),
            updated_ms = excluded.updated_ms
        WHERE users.deleted_ms IS NULL
        RETURNING id, issuer, subject, email, name, avatar_url, tier, created_ms";
    pub(crate) SET_TIER = "UPDATE users SET tier = $2, updated_ms = $3 WHERE id = $1 AND deleted_ms IS NULL
        RETURNING id, issuer, subject, email, name, avatar_url, tier, created_ms";
    pub(crate) SET_TIER_BY_EMAIL = "UPDATE users SET tier = $2, updated_ms = $3
        WHERE email_key = $1 AND deleted_ms IS NULL
        RETURNING id, issuer, subject, email, name, avatar_url, tier, created_ms";
    pub(crate) SET_OPERATOR_BY_EMAIL = "UPDATE users SET is_operator = $2, updated_ms = $3
        WHERE email_key = $1 AND deleted_ms IS NULL
        RETURNING id, issuer, subject, email, name, avatar_url, tier, created_ms";
    pub(crate) IS_OPERATOR = "SELECT is_operator FROM users WHERE id = $1 AND deleted_ms IS NULL";
    pub(crate) LIST_OPERATORS = "SELECT id, issuer, subject, email, name, avatar_url, tier, created_ms
        FROM users WHERE is_operator AND deleted_ms IS NULL ORDER BY created_ms, id";
    // Holds the row until the end of the transaction: whatever is counted for a user is counted by one at a time.
    pub(crate) LOCK_USER = "UPDATE users SET updated_ms = updated_ms WHERE id = $1 AND deleted_ms IS NULL";

    // Clerk's deliveries.
    pub(crate) NOTE_CLERK_EVENT = "INSERT INTO clerk_events (id, received_ms) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    pub(crate) APPLY_PROFILE = "INSERT INTO users (id, issuer, subject, email, email_key, name, avatar_url, tier,
            profile_ms, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
        ON CONFLICT (issuer, subject) DO UPDATE SET
            email = excluded.email, email_key = excluded.email_key, name = excluded.name,
            avatar_url = excluded.avatar_url, profile_ms = excluded.profile_ms, updated_ms = excluded.updated_ms
        WHERE users.deleted_ms IS NULL AND users.profile_ms <= excluded.profile_ms
        RETURNING id";
    pub(crate) BURY_USER = "INSERT INTO users (id, issuer, subject, tier, profile_ms, deleted_ms, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, 0, $5, $5, $5)
        ON CONFLICT (issuer, subject) DO UPDATE SET
            email = NULL, email_key = NULL, name = NULL, avatar_url = NULL,
            deleted_ms = COALESCE(users.deleted_ms, excluded.deleted_ms), updated_ms = excluded.updated_ms
        RETURNING id";
    pub(crate) REMOVE_TOKENS_OF = "DELETE FROM api_tokens WHERE owner_id = $1";
    pub(crate) REMOVE_PROVIDER_KEYS_OF = "DELETE FROM provider_keys WHERE owner_id = $1";
    pub(crate) REMOVE_SECRETS_OF = "DELETE FROM secrets WHERE owner_id = $1";
    pub(crate) REMOVE_VARIABLES_OF = "DELETE FROM variables WHERE owner_id = $1";
    pub(crate) REMOVE_ANSWERS_OF = "DELETE FROM idempotency_keys WHERE owner_id = $1";
    pub(crate) PRUNE_CLERK_EVENTS = "DELETE FROM clerk_events WHERE id IN
        (SELECT id FROM clerk_events WHERE received_ms < $1 ORDER BY received_ms LIMIT $2)";

    // Personal tokens. The look-up by hash is how the owner is found out.
    pub(crate) FIND_TOKEN = "SELECT t.id, t.scopes, t.expires_ms, t.last_used_ms,
            u.id, u.issuer, u.subject, u.email, u.name, u.avatar_url, u.tier, u.created_ms
        FROM api_tokens t JOIN users u ON u.id = t.owner_id
        WHERE t.hash = $1 AND (t.expires_ms IS NULL OR t.expires_ms > $2) AND u.deleted_ms IS NULL";
    pub(crate) TOUCH_TOKEN = "UPDATE api_tokens SET last_used_ms = $3
        WHERE id = $1 AND owner_id = $2 AND (last_used_ms IS NULL OR last_used_ms <= $4)";
    pub(crate) COUNT_TOKENS = "SELECT CAST(COUNT(*) AS BIGINT) FROM api_tokens WHERE owner_id = $1";
    pub(crate) ADD_TOKEN = "INSERT INTO api_tokens (id, owner_id, name, hash, prefix, scopes, expires_ms, created_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    pub(crate) LIST_TOKENS = "SELECT id, name, prefix, scopes, expires_ms, last_used_ms, created_ms
        FROM api_tokens WHERE owner_id = $1 ORDER BY created_ms DESC, id DESC";
    pub(crate) REMOVE_TOKEN = "DELETE FROM api_tokens WHERE id = $1 AND owner_id = $2";
    pub(crate) ANY_TOKEN = "SELECT t.id FROM api_tokens t JOIN users u ON u.id = t.owner_id
        WHERE u.deleted_ms IS NULL AND (t.expires_ms IS NULL OR t.expires_ms > $1) LIMIT 1";

    // Keys for model providers: provider, hint, valid, last error, last used, created.
    pub(crate) LIST_PROVIDER_KEYS = "SELECT provider, hint, is_valid, last_error, last_used_ms, created_ms
        FROM provider_keys WHERE owner_id = $1 ORDER BY provider";
    pub(crate) PUT_PROVIDER_KEY = "INSERT INTO provider_keys (owner_id, provider, sealed, hint, is_valid,
            created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (owner_id, provider) DO UPDATE SET
            sealed = excluded.sealed, hint = excluded.hint, is_valid = excluded.is_valid, last_error = NULL,
            last_used_ms = NULL, created_ms = excluded.created_ms, updated_ms = excluded.updated_ms
        RETURNING provider, hint, is_valid, last_error, last_used_ms, created_ms";
    pub(crate) FIND_PROVIDER_KEY = "SELECT sealed, last_used_ms FROM provider_keys
        WHERE owner_id = $1 AND provider = $2 AND is_valid = $3";
    pub(crate) TOUCH_PROVIDER_KEY = "UPDATE provider_keys SET last_used_ms = $3
        WHERE owner_id = $1 AND provider = $2 AND (last_used_ms IS NULL OR last_used_ms <= $4)";
    pub(crate) REFUSE_PROVIDER_KEY = "UPDATE provider_keys SET is_valid = $3, last_error = $4, updated_ms = $5
        WHERE owner_id = $1 AND provider = $2 AND sealed = $6";
    pub(crate) FIND_KEY_ORDER = "SELECT own_keys_only FROM users WHERE id = $1 AND deleted_ms IS NULL";
    pub(crate) SET_KEY_ORDER = "UPDATE users SET own_keys_only = $2, updated_ms = $3 WHERE id = $1 AND deleted_ms IS NULL";
    pub(crate) REMOVE_PROVIDER_KEY = "DELETE FROM provider_keys WHERE owner_id = $1 AND provider = $2";

    // Secrets: name, hint, hosts, created, updated.
    pub(crate) LIST_SECRETS = "SELECT name, hint, hosts_json, created_ms, updated_ms
        FROM secrets WHERE owner_id = $1 AND flow_id = $2 ORDER BY name";
    pub(crate) FIND_SECRET = "SELECT name, hint, hosts_json, created_ms, updated_ms
        FROM secrets WHERE owner_id = $1 AND flow_id = $2 AND name = $3";
    pub(crate) COUNT_OTHER_SECRETS = "SELECT CAST(COUNT(*) AS BIGINT) FROM secrets
        WHERE owner_id = $1 AND flow_id = $2 AND name <> $3";
    pub(crate) PUT_SECRET = "INSERT INTO secrets (owner_id, flow_id, name, sealed, hint, hosts_json, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
        ON CONFLICT (owner_id, flow_id, name) DO UPDATE SET
            sealed = excluded.sealed, hint = excluded.hint, hosts_json = excluded.hosts_json,
            updated_ms = excluded.updated_ms
        RETURNING name, hint, hosts_json, created_ms, updated_ms";
    pub(crate) REMOVE_SECRET = "DELETE FROM secrets WHERE owner_id = $1 AND flow_id = $2 AND name = $3";
    pub(crate) REMOVE_SECRETS_OF_FLOW = "DELETE FROM secrets WHERE owner_id = $1 AND flow_id = $2";
    // The owner's first, so that the flow's of the same name take their place.
    pub(crate) SEALED_SECRETS = "SELECT flow_id, name, sealed, hosts_json FROM secrets
        WHERE owner_id = $1 AND (flow_id = '' OR flow_id = $2) ORDER BY flow_id, name";

    // For the operator's look at all of them, whoever owns them.
    pub(crate) SOME_SECRETS = "SELECT owner_id, flow_id, name, sealed FROM secrets ORDER BY updated_ms DESC LIMIT $1";
    pub(crate) SOME_PROVIDER_KEYS = "SELECT owner_id, provider, sealed FROM provider_keys ORDER BY updated_ms DESC LIMIT $1";

    // Variables: name, value, created, updated.
    pub(crate) LIST_VARIABLES = "SELECT name, value_json, created_ms, updated_ms
        FROM variables WHERE owner_id = $1 AND flow_id = $2 ORDER BY name";
    pub(crate) FIND_VARIABLE = "SELECT name, value_json, created_ms, updated_ms
        FROM variables WHERE owner_id = $1 AND flow_id = $2 AND name = $3";
    pub(crate) COUNT_OTHER_VARIABLES = "SELECT CAST(COUNT(*) AS BIGINT) FROM variables
        WHERE owner_id = $1 AND flow_id = $2 AND name <> $3";
    pub(crate) PUT_VARIABLE = "INSERT INTO variables (owner_id, flow_id, name, value_json, created_ms, updated_ms)
        VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (owner_id, flow_id, name) DO UPDATE SET
            value_json = excluded.value_json, updated_ms = excluded.updated_ms
        RETURNING name, value_json, created_ms, updated_ms";
    pub(crate) REMOVE_VARIABLE = "DELETE FROM variables WHERE owner_id = $1 AND flow_id = $2 AND name = $3";
    pub(crate) REMOVE_VARIABLES_OF_FLOW = "DELETE FROM variables WHERE owner_id = $1 AND flow_id = $2";
    pub(crate) VARIABLE_VALUES = "SELECT name, value_json FROM variables
        WHERE owner_id = $1 AND (flow_id = '' OR flow_id = $2) ORDER BY flow_id, name";

    // Changes.
    pub(crate) ADD_AUDIT_ENTRY = "INSERT INTO audit (id, at_ms, owner_id, via, token_id, operator, address, request_id,
            action, path, object_id, status)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub(crate) LIST_AUDIT_ENTRIES = "SELECT id, at_ms, via, token_id, operator, address, request_id, action, path, object_id, status
        FROM audit WHERE owner_id = $1 ORDER BY at_ms DESC, id DESC LIMIT $2 OFFSET $3";
    pub(crate) COUNT_AUDIT_ENTRIES = "SELECT CAST(COUNT(*) AS BIGINT) FROM audit WHERE owner_id = $1";
    pub(crate) PRUNE_AUDIT_ENTRIES = "DELETE FROM audit WHERE id IN
        (SELECT id FROM audit WHERE at_ms <= $1 ORDER BY at_ms LIMIT $2)";

    // Repeated requests. One statement claims: a key that is new, over ($6), or left pending ($7) by the same request.
    pub(crate) CLAIM_KEY = "INSERT INTO idempotency_keys (owner_id, key, route, body_hash, state, created_ms)
        VALUES ($1, $2, $3, $4, 'pending', $5)
        ON CONFLICT (owner_id, key) DO UPDATE SET
            route = excluded.route, body_hash = excluded.body_hash, state = excluded.state, status = NULL,
            headers_json = NULL, body_sealed = NULL, created_ms = excluded.created_ms
        WHERE idempotency_keys.created_ms <= $6
            OR (idempotency_keys.state = 'pending' AND idempotency_keys.created_ms <= $7
                AND idempotency_keys.route = excluded.route AND idempotency_keys.body_hash = excluded.body_hash)
        RETURNING created_ms";
    pub(crate) FIND_KEY = "SELECT route, body_hash, state, status, headers_json, body_sealed
        FROM idempotency_keys WHERE owner_id = $1 AND key = $2";
    pub(crate) KEEP_ANSWER = "UPDATE idempotency_keys SET state = 'done', status = $4, headers_json = $5, body_sealed = $6
        WHERE owner_id = $1 AND key = $2 AND created_ms = $3 AND state = 'pending'";
    pub(crate) ABANDON_KEY = "DELETE FROM idempotency_keys
        WHERE owner_id = $1 AND key = $2 AND created_ms = $3 AND state = 'pending'";
    pub(crate) PRUNE_KEYS = "DELETE FROM idempotency_keys WHERE (owner_id, key) IN
        (SELECT owner_id, key FROM idempotency_keys WHERE created_ms <= $1 ORDER BY created_ms LIMIT $2)";
}

#[cfg(test)]
mod tests {
    use super::*;

    db::testing::both_databases! {
        async fn every_statement_of_this_room_is_understood(db: Db) {
            for statement in ALL {
                db.prepare(*statement).await.unwrap();
            }
        }
    }
}
