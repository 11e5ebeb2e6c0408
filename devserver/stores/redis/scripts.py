"""What must be one atomic step in Redis, as Lua; each is one round trip.

KEYS[1] is the row; KEYS[2] the sorted set of ends (in a cluster: a companion key of the same
slot). ARGV[1] is the id.
"""

from __future__ import annotations

# -> {data, end or false, ttl}
READ = """
local data = redis.call('GET', KEYS[1])
if not data then return false end
return {data, redis.call('ZSCORE', KEYS[2], ARGV[1]) or false, redis.call('TTL', KEYS[1])}
"""
# ARGV: id, data, ttl or '', end
CREATE = """
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
"""
# ARGV: id, data, ttl or '', end, now; overwrites only what is there and, by our clock, alive
UPDATE = """
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
if ends and tonumber(ends) <= tonumber(ARGV[5]) then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
"""
# ARGV: id, now, inactivity, absolute, slack, created or '' (read it from the data)
# -> {data, end}; end '' when the data are no JSON that Redis reads
TOUCH = """
local data = redis.call('GET', KEYS[1])
if not data then return false end
local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
local now = tonumber(ARGV[2])
if ends and tonumber(ends) <= now then return false end
local created = tonumber(ARGV[6])
if not created then
  local ok, session = pcall(cjson.decode, data)
  local internal = ok and type(session) == 'table' and session.internal
  created = type(internal) == 'table' and internal.createdAt
end
if type(created) ~= 'number' then return {data, ''} end
local last = math.max(now, math.min(now + tonumber(ARGV[3]), created + tonumber(ARGV[4])))
local text = string.format('%.6f', last)
redis.call('EXPIRE', KEYS[1], math.max(1, math.ceil(last - now)) + tonumber(ARGV[5]))
redis.call('ZADD', KEYS[2], text, ARGV[1])
return {data, text}
"""
DELETE = """
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('DEL', KEYS[1])
"""
# KEYS[1]: the index; ARGV: prefix, now, most, dry -> {rows, entries looked at}
PRUNE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', ARGV[5], ARGV[3])
local rows = 0
for _, id in ipairs(due) do
  if ARGV[4] == '1' then rows = rows + redis.call('EXISTS', ARGV[1] .. id)
  else
    rows = rows + redis.call('DEL', ARGV[1] .. id)
    redis.call('ZREM', KEYS[1], id)
  end
end
return {rows, #due}
"""
