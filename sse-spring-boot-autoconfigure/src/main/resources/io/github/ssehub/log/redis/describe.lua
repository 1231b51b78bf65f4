-- Returns the state, or which key something else has. Follows state.lua.
local other = taken()
if other then
	return other
end
return {epoch, string.format('%.0f', offset), string.format('%.0f', ephemeral), now}
