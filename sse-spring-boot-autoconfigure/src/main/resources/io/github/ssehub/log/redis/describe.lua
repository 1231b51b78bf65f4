-- Returns the state. Follows state.lua.
return {epoch, string.format('%.0f', offset), string.format('%.0f', ephemeral), now}
