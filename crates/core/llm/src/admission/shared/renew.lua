-- What a living node still holds.
-- KEYS: leases; ARGV: lease in milliseconds, then for each key the call
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for at, leases in ipairs(KEYS) do
  redis.call('ZADD', leases, 'XX', string.format('%.0f', now + tonumber(ARGV[1])), ARGV[at + 1])
  if redis.call('PTTL', leases) < tonumber(ARGV[1]) * 2 then
    redis.call('PEXPIRE', leases, string.format('%.0f', tonumber(ARGV[1]) * 2))
  end
end
return {}
