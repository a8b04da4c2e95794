-- Whose keys for models an owner wants used. Owned by the accounts room.

-- Whether none but the owner's own.
ALTER TABLE users ADD COLUMN own_keys_only BOOLEAN NOT NULL DEFAULT FALSE;
