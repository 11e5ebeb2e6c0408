"""What must be one atomic step in Redis, as Lua; each is one round trip.

KEYS[1] is the row; KEYS[2] the sorted set of ends (in a cluster: a companion key of the same
slot). ARGV[1] is the id. A key of another type is somebody else's: no row.
"""

from __future__ import annotations

# -> {data, end or false, ttl}
READ = """
local data = redis.pcall('GET', KEYS[1])
if type(data) ~= 'string' then return false end
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
if redis.call('TYPE', KEYS[1])['ok'] ~= 'string' then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
return 1
"""
# ARGV: id, now, inactivity, absolute, slack, created or '' (read it from the data)
# -> {data, end}; end '' when the data are no JSON that Redis reads
TOUCH = """
local data = redis.pcall('GET', KEYS[1])
if type(data) ~= 'string' then return false end
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
# KEYS[1]: the index; ARGV: most, and the last entry that was seen (score, id; '': from the start)
# -> entries after it, each id before its score. A rank would not do: rows that roll meanwhile
# move behind all others, and those after them take their places.
PAGE_INDEX = """
local function is_after(one, other)
  for at = 1, math.min(#one, #other) do
    local a, b = one:byte(at), other:byte(at)
    if a ~= b then return a > b end
  end
  return #one > #other
end
local first = 0
if ARGV[2] ~= '' then
  first = redis.call('ZCOUNT', KEYS[1], '-inf', '(' .. ARGV[2])
  local last = redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[2])
  while first < last do
    local middle = math.floor((first + last) / 2)
    local id = redis.call('ZRANGE', KEYS[1], middle, middle)[1]
    if is_after(id, ARGV[3]) then last = middle else first = middle + 1 end
  end
end
return redis.call('ZRANGE', KEYS[1], first, first + ARGV[1] - 1, 'WITHSCORES')
"""
# KEYS: the index, the one of an earlier version; the later end counts: nothing lives shorter
MOVE_INDEX = """
if redis.call('TYPE', KEYS[2])['ok'] ~= 'zset' then return 0 end
redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[1], KEYS[2], 'AGGREGATE', 'MAX')
return redis.call('DEL', KEYS[2])
"""
