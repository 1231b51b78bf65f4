-- Where the log is. Begins a new life of it when there is none, or when it is behind
-- what the caller has seen of this life: then Redis came back with an older copy.
-- KEYS: 1 the stream, 2 the state, 3 the ids of ephemeral entries
-- ARGV: 1 and 2 the epoch and the offset that the caller has seen, 3 the epoch of a new life

-- Returns an empty string, the key and its type when something else has one of the keys.
local function taken()
	for i, expected in ipairs({'stream', 'hash', 'list'}) do
		local found = redis.call('TYPE', KEYS[i])['ok']
		if found ~= 'none' and found ~= expected then
			return {'', KEYS[i], found}
		end
	end
end
local function refused(answer)
	return type(answer) == 'table' and answer['err'] ~= nil
end

local state = redis.pcall('HMGET', KEYS[2], 'epoch', 'offset', 'ephemeral')
if refused(state) then
	return taken() or state
end
local epoch = state[1]
local offset = tonumber(state[2] or 0)
local ephemeral = tonumber(state[3] or 0)
if not epoch or (epoch == ARGV[1] and offset < tonumber(ARGV[2])) then
	-- What is there is deleted, so it has to be the log's.
	local other = taken()
	if other then
		return other
	end
	if not epoch then
		-- A stream of the log has the epoch in each entry, also when the state was lost.
		for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)) do
			local ours = false
			for i = 1, #entry[2], 2 do
				ours = ours or entry[2][i] == 'e'
			end
			if not ours then
				return {'', KEYS[1], 'stream'}
			end
		end
	end
	epoch, offset, ephemeral = ARGV[3], 0, 0
	redis.call('DEL', KEYS[1], KEYS[3])
	redis.call('HSET', KEYS[2], 'epoch', epoch, 'offset', 0, 'ephemeral', 0)
end
local time = redis.call('TIME')
local now = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
