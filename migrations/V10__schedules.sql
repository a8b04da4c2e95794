-- When schedules fire. Owned by the journal room.

-- The next tick; 0 when it is to be worked out, null when the trigger lies dormant (disabled, or its flow does not run).
ALTER TABLE triggers ADD COLUMN next_ms BIGINT;
ALTER TABLE triggers ADD COLUMN last_fired_ms BIGINT;
-- Why it does not fire.
ALTER TABLE triggers ADD COLUMN problem TEXT;
CREATE INDEX triggers_due ON triggers (next_ms) WHERE next_ms IS NOT NULL;

-- Schedules of flows that run already are worked out at the next look.
UPDATE triggers SET next_ms = 0 WHERE type = 'schedule' AND enabled AND flow_id IN (SELECT id FROM flows WHERE status = 'running');
