-- Appends an entry. Follows state.lua.
-- KEYS: 4 the idempotency key, if there is one
-- ARGV: 4 how many kept entries to keep, 5 how long to remember the idempotency key in
-- milliseconds, 6 how many ephemeral entries to keep, 0 for a kept entry, 7 and so on the
-- fields of the entry and their values
if KEYS[4] then
	local seen = redis.call('GET', KEYS[4])
	if seen then
		return {seen, '1'}
	end
end
local id
if ARGV[6] == '0' then
	offset = offset + 1
	id = string.format('%.0f-0', offset)
	redis.call('HSET', KEYS[2], 'offset', string.format('%.0f', offset), 'ephemeral', 0)
else
	ephemeral = redis.call('HINCRBY', KEYS[2], 'ephemeral', 1)
	id = string.format('%.0f-%.0f', offset, ephemeral)
end
local oldest = string.format('%.0f-0', math.max(0, offset - tonumber(ARGV[4]) + 1))
redis.call('XADD', KEYS[1], 'MINID', '~', oldest, id, 'e', epoch, 't', now, unpack(ARGV, 7))
if ARGV[6] ~= '0' then
	redis.call('RPUSH', KEYS[3], id)
	if redis.call('LLEN', KEYS[3]) > tonumber(ARGV[6]) then
		redis.call('XDEL', KEYS[1], redis.call('LPOP', KEYS[3]))
	end
end
local position = epoch .. string.format('.%.0f', offset)
if KEYS[4] then
	redis.call('SET', KEYS[4], position, 'PX', ARGV[5])
end
return {position, '0'}
