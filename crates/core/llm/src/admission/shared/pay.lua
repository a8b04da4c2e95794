-- A promise is settled: it comes back, and what the call did cost is spent.
-- KEYS: as in promise.lua
-- ARGV: call, cost
for purse = 1, #KEYS / 2 do
  local sums, leases = KEYS[purse * 2 - 1], KEYS[purse * 2]
  local held = redis.call('HGET', sums, 'p:' .. ARGV[1])
  if held then redis.call('HINCRBY', sums, 'promised', string.format('%.0f', -tonumber(held))) end
  redis.call('HDEL', sums, 'p:' .. ARGV[1])
  redis.call('ZREM', leases, ARGV[1])
  -- A purse that was thrown away is read from the records again.
  if redis.call('HEXISTS', sums, 'spent') == 1 then redis.call('HINCRBY', sums, 'spent', ARGV[2]) end
end
return {1}
