-- One call of a window that all nodes share.
-- KEYS: calls by time, tokens by call ('#' is their sum), calls on their way by the end of their lease
-- ARGV: call, its tokens, window and lease in milliseconds, most requests, most tokens (-1: any), most at once
-- Answers {1, requests, tokens} of the window with it, or {0, what is in the way, milliseconds to wait}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local tokens, window, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local most_requests, most_tokens = tonumber(ARGV[5]), tonumber(ARGV[6])
local function whole(number) return string.format('%.0f', number) end

for _, call in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', whole(now - window))) do
  redis.call('HINCRBY', KEYS[2], '#', whole(-tonumber(redis.call('HGET', KEYS[2], call) or 0)))
  redis.call('HDEL', KEYS[2], call)
  redis.call('ZREM', KEYS[1], call)
end
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', whole(now))

if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[7]) then return {0, 3, 0} end
local count, used = redis.call('ZCARD', KEYS[1]), tonumber(redis.call('HGET', KEYS[2], '#') or 0)
local function wait(at) return math.max(window - (now - tonumber(at)), 1) end
if most_requests >= 0 and count >= most_requests then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {0, 1, oldest[2] and wait(oldest[2]) or window}
end
if most_tokens >= 0 and used + tokens > most_tokens then
  local left, calls = used, redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
  for at = 1, #calls, 2 do
    left = left - tonumber(redis.call('HGET', KEYS[2], calls[at]) or 0)
    if left <= most_tokens - tokens then return {0, 2, wait(calls[at + 1])} end
  end
  return {0, 2, window}
end

if most_requests >= 0 or most_tokens >= 0 then
  redis.call('ZADD', KEYS[1], whole(now), ARGV[1])
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  redis.call('HINCRBY', KEYS[2], '#', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], whole(window * 2))
  redis.call('PEXPIRE', KEYS[2], whole(window * 2))
end
redis.call('ZADD', KEYS[3], whole(now + lease), ARGV[1])
redis.call('PEXPIRE', KEYS[3], whole(lease * 2))
return {1, count + 1, used + tokens}
