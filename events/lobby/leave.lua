-- Somebody bought: their room goes to the next. For a while they may come back (a double click, the back button).
local inside, leaving, state = KEYS[1] .. 'inside', KEYS[1] .. 'leaving', KEYS[1] .. 'state'
local now, id, grace = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
if redis.call('ZREM', inside, id) == 1 then
    redis.call('ZADD', leaving, now + grace, id)
    redis.call('HINCRBY', state, 'bought', 1)
    redis.call('EXPIRE', leaving, 86400)
    return 1
end
return 0
