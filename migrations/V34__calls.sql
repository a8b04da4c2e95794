-- Executions that other executions call. Owned by the journal room.

-- The execution that called it; null when a trigger started it.
ALTER TABLE executions ADD COLUMN parent_id TEXT;
CREATE INDEX executions_called ON executions (parent_id) WHERE parent_id IS NOT NULL AND status = 'running';
-- Called flows are found by their name.
CREATE INDEX flows_by_name ON flows (owner_id, name);
