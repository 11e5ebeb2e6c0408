"""What must be one atomic step in Redis, as Lua; each is one round trip.

KEYS[1] is the row, ARGV[1] its id. A key of another type is somebody else's: no row. What is known
of our own ends stands before each script, as three functions: ENDS(), SAVE(end), FORGET(). On a
single server KEYS[2] is the sorted set of our ends, and KEYS[3] the one of the moments at which the
keys then ended: an app that writes a row moves that moment, and then our entry is of an earlier
write and counts no more. (A cluster has a companion key instead, see `cluster.py`.)
"""

from __future__ import annotations

from functools import lru_cache

KEY_END = """
local function KEY_END(name)
  local left = redis.call('PTTL', name)
  if left < 0 then return math.huge end
  local now = redis.call('TIME')
  return now[1] + now[2] / 1000000 + left / 1000
end
local function COUNTS(name, id, at)
  if not at then return true end  -- an entry of an earlier version
  at = tonumber(at)
  local found = KEY_END(name)
  return found == at or math.abs(found - at) < 0.01
end
"""
INDEXED = (
    KEY_END
    + """
local function ENDS()
  local ends = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if ends and COUNTS(KEYS[1], ARGV[1], redis.call('ZSCORE', KEYS[3], ARGV[1])) then return ends end
  return false
end
local function SAVE(last)
  redis.call('ZADD', KEYS[2], last, ARGV[1])
  local at = KEY_END(KEYS[1])
  redis.call('ZADD', KEYS[3], at == math.huge and 'inf' or string.format('%.3f', at), ARGV[1])
end
local function FORGET()
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
end
"""
)

# -> {data, end or false, ttl}
READ = """
local data = redis.pcall('GET', KEYS[1])
if type(data) ~= 'string' then return false end
return {data, ENDS(), redis.call('TTL', KEYS[1])}
"""
# ARGV: id, data, ttl or '', end
CREATE = """
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
SAVE(ARGV[4])
return 1
"""
# ARGV: id, data, ttl or '', end, now; overwrites only what is there and, by our clock, alive
UPDATE = """
local ends = ENDS()
if ends and tonumber(ends) <= tonumber(ARGV[5]) then return 0 end
if redis.call('TYPE', KEYS[1])['ok'] ~= 'string' then return 0 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
SAVE(ARGV[4])
return 1
"""
# ARGV: id, now, inactivity, absolute, slack, created or '' (read it from the data)
# -> {data, end}; end '' when the data are no JSON that Redis reads
TOUCH = """
local data = redis.pcall('GET', KEYS[1])
if type(data) ~= 'string' then return false end
local ends = ENDS()
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
SAVE(text)
return {data, text}
"""
# ARGV: id, the data and the end that are expected ('': no end of ours), those that are to be; an
# end of '*' may be any, and stays, as the key's own TTL does
# -> the end as ENDS() has it, or ''; false: it is not what is expected
SWAP = """
local data = redis.pcall('GET', KEYS[1])
if type(data) ~= 'string' or data ~= ARGV[2] then return false end
if ARGV[3] ~= '*' and (ENDS() or '') ~= ARGV[3] then return false end
redis.call('SET', KEYS[1], ARGV[4], 'KEEPTTL')
if ARGV[5] == '' then FORGET() elseif ARGV[5] ~= '*' then SAVE(ARGV[5]) end
return ENDS() or ''
"""
# -> {dump, when the key ends in Unix milliseconds or 0, end of ours or ''}; false: there is no row
TAKE = """
local value = redis.call('DUMP', KEYS[1])
local ends = ENDS() or ''
local at = redis.pcall('PEXPIRETIME', KEYS[1])
if type(at) ~= 'number' then  -- before Redis 7
  local now = redis.call('TIME')
  local left = redis.call('PTTL', KEYS[1])
  at = left < 0 and left or now[1] * 1000 + math.floor(now[2] / 1000) + left
end
FORGET()
if not value then return false end
redis.call('DEL', KEYS[1])
return {value, string.format('%.0f', math.max(0, at)), ends}
"""
# ARGV: id, and what TAKE returned -> 0: a row of this id is there again
PUT_BACK = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('RESTORE', KEYS[1], ARGV[3], ARGV[2], 'ABSTTL')
if ARGV[4] ~= '' then SAVE(ARGV[4]) end
return 1
"""
DELETE = """
FORGET()
return redis.call('DEL', KEYS[1])
"""
# KEYS: both indexes; ARGV: prefix, now, most, dry, from which on -> {rows, entries looked at}
PRUNE = (
    KEY_END
    + """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', ARGV[5], ARGV[3])
local rows = 0
for _, id in ipairs(due) do
  local name = ARGV[1] .. id
  local is_ours = COUNTS(name, id, redis.call('ZSCORE', KEYS[2], id))
  if is_ours and ARGV[4] == '1' then rows = rows + redis.call('EXISTS', name) end
  if is_ours and ARGV[4] ~= '1' then rows = rows + redis.call('DEL', name) end
  if ARGV[4] ~= '1' then
    redis.call('ZREM', KEYS[1], id)
    redis.call('ZREM', KEYS[2], id)
  end
end
return {rows, #due}
"""
)
# KEYS: both indexes; ARGV: most, the last entry that was seen (score, id; '': from the start),
# prefix -> for each entry after it: id, score, 1 if it counts, milliseconds its key has left.
# A rank would not do: rows that roll meanwhile move behind all others, and those after them take
# their places.
PAGE_INDEX = (
    KEY_END
    + """
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
local entries = redis.call('ZRANGE', KEYS[1], first, first + ARGV[1] - 1, 'WITHSCORES')
local found = {}
for at = 1, #entries, 2 do
  local id = entries[at]
  local name = ARGV[4] .. id
  local counts = COUNTS(name, id, redis.call('ZSCORE', KEYS[2], id)) and 1 or 0
  for _, value in ipairs({id, entries[at + 1], counts, redis.call('PTTL', name)}) do
    found[#found + 1] = value
  end
end
return found
"""
)
# KEYS: the index, the one of an earlier version; the later end counts: nothing lives shorter
MOVE_INDEX = """
if redis.call('TYPE', KEYS[2])['ok'] ~= 'zset' then return 0 end
redis.call('ZUNIONSTORE', KEYS[1], 2, KEYS[1], KEYS[2], 'AGGREGATE', 'MAX')
return redis.call('DEL', KEYS[2])
"""


@lru_cache
def indexed(script: str) -> str:
    """Return the script of a row as a single server runs it."""
    return f"{INDEXED}{script}"
