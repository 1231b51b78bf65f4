-- Appends an entry. Follows state.lua.
-- KEYS: 4 the idempotency key, if there is one
-- ARGV: 4 how many kept entries to keep, 5 how long to remember the idempotency key in
-- milliseconds, 6 how many ephemeral entries to keep, 0 for a kept entry, 7 and so on the
-- fields of the entry and their values
if KEYS[4] then
	local seen = redis.call('GET', KEYS[4])
	-- What an earlier life of the log had is lost, and with it this event.
	if seen and string.sub(seen, 1, #epoch + 1) == epoch .. '.' then
		return {seen, '1'}
	end
end
local kept = ARGV[6] == '0'
if kept then
	offset, ephemeral = offset + 1, 0
else
	ephemeral = ephemeral + 1
end
local id = string.format('%.0f-%.0f', offset, ephemeral)
local oldest = string.format('%.0f-0', math.max(0, offset - tonumber(ARGV[4]) + 1))
-- First what may be refused: what a script has done until then stays done. The types of
-- the keys are looked at only then, as that would cost every event.
local waiting = kept and 0 or redis.pcall('LLEN', KEYS[3])
if refused(waiting) then
	return taken() or waiting
end
local added = redis.pcall('XADD', KEYS[1], 'MINID', '~', oldest, id, 'e', epoch, 't', now, unpack(ARGV, 7))
if refused(added) then
	return taken() or added
end
redis.call('HSET', KEYS[2], 'offset', string.format('%.0f', offset), 'ephemeral', ephemeral)
if not kept then
	redis.call('RPUSH', KEYS[3], id)
	if waiting + 1 > tonumber(ARGV[6]) then
		redis.call('XDEL', KEYS[1], redis.call('LPOP', KEYS[3]))
	end
end
local position = epoch .. string.format('.%.0f', offset)
if KEYS[4] then
	redis.call('SET', KEYS[4], position, 'PX', ARGV[5])
end
return {position, '0'}
