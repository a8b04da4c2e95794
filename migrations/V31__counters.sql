-- How nodes count limits. Owned by the journal room.

-- own or shared, as the node says itself.
ALTER TABLE nodes ADD COLUMN counters TEXT NOT NULL DEFAULT 'own';
