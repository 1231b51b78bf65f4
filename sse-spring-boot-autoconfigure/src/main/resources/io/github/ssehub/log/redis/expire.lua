-- Removes those of the hundred oldest entries that are too old, and none that was not
-- appended by the log.
-- KEYS: 1 the stream
-- ARGV: 1 the greatest age in milliseconds
local time = redis.call('TIME')
local limit = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - tonumber(ARGV[1])
local removed = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 100)) do
	local fields = entry[2]
	local appended = nil
	for i = 1, #fields, 2 do
		if fields[i] == 't' then
			appended = tonumber(fields[i + 1])
		end
	end
	if appended and appended >= limit then
		return removed
	end
	if appended then
		redis.call('XDEL', KEYS[1], entry[1])
		removed = removed + 1
	end
end
return removed
