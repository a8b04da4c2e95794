-- A call of a shared window has ended.
-- KEYS: as in admit.lua
-- ARGV: call, what it counts in the end, or -1 as if it had never been
local held, counted = redis.call('HGET', KEYS[2], ARGV[1]), tonumber(ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[1])
if not held then return {0} end
redis.call('HINCRBY', KEYS[2], '#', string.format('%.0f', math.max(counted, 0) - tonumber(held)))
if counted < 0 then
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
return {1}
