-- An amount out of every purse, or out of none.
-- KEYS: for each purse its sums (spent, promised, and p:CALL for each promise) and its promises by the end of their lease
-- ARGV: call, amount, lease and idle time in milliseconds, then for each purse the most, and what the records say was
-- spent (-1: not asked)
-- Answers {1}, {0, purse, what is gone of it}, or {2, purse} whose sum is not known here.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local amount = tonumber(ARGV[2])
local function whole(number) return string.format('%.0f', number) end

for purse = 1, #KEYS / 2 do
  local sums, recorded = KEYS[purse * 2 - 1], tonumber(ARGV[purse * 2 + 4])
  local spent = tonumber(redis.call('HGET', sums, 'spent') or -1)
  if spent < 0 and recorded < 0 then return {2, purse} end
  if recorded > spent then redis.call('HSET', sums, 'spent', whole(recorded)) end
end
for purse = 1, #KEYS / 2 do
  local sums, leases, most = KEYS[purse * 2 - 1], KEYS[purse * 2], tonumber(ARGV[purse * 2 + 3])
  -- Promises of nodes that are gone come back.
  for _, call in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', whole(now))) do
    local held = redis.call('HGET', sums, 'p:' .. call)
    if held then redis.call('HINCRBY', sums, 'promised', whole(-tonumber(held))) end
    redis.call('HDEL', sums, 'p:' .. call)
    redis.call('ZREM', leases, call)
  end
  local gone = tonumber(redis.call('HGET', sums, 'spent') or 0) + tonumber(redis.call('HGET', sums, 'promised') or 0)
  if gone + amount > most or gone >= most then return {0, purse, gone} end
end
for purse = 1, #KEYS / 2 do
  local sums, leases = KEYS[purse * 2 - 1], KEYS[purse * 2]
  redis.call('HINCRBY', sums, 'promised', ARGV[2])
  redis.call('HSET', sums, 'p:' .. ARGV[1], ARGV[2])
  redis.call('ZADD', leases, whole(now + tonumber(ARGV[3])), ARGV[1])
  redis.call('PEXPIRE', sums, ARGV[4])
  redis.call('PEXPIRE', leases, ARGV[4])
end
return {1}
