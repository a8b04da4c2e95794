-- One request of a trigger whose rate all nodes count: the generic cell rate algorithm, in microseconds.
-- KEYS: the moment at which the allowance is whole again; ARGV: requests a minute
-- Answers {0}, or {seconds to wait}.
local time = redis.call('TIME')
local now, minute = time[1] * 1000000 + time[2], 60000000
local next = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + minute / tonumber(ARGV[1])
local early = next - now - minute
-- Half a millisecond forgives what fractions add up to.
if early > 500 then return {math.ceil(early / 1000000)} end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', string.format('%.0f', (next - now) / 1000 + 1))
return {0}
