-- One visitor's turn: everything that is due happens, then they are told where they stand. One step, whole or not.
--
-- line     those who wait and were seen lately, by number      away    those who wait and were not, by number
-- inside   those who may go on, by when that ends (ms)         leaving those who bought, by when we forget them
-- seen     when each was here last                             before  who came before the opening, by lot (0 to 1)
-- numbers  id -> place in line: a lot, or 1, 2, 3 …            entered id -> when first let in
-- people   signed-in person -> id                              networks  network:hour -> places taken
-- pace     minute -> let in                                    state   seed, opened, drawn, number, budget, filled, let_in
--
-- Nothing that is asked for more often counts more: numbers are given once, and time alone lets people in.
local function key(name) return KEYS[1] .. name end
local line, away, inside, leaving, seen, before = key('line'), key('away'), key('inside'), key('leaving'), key('seen'), key('before')
local numbers, entered, people, networks, pace, state = key('numbers'), key('entered'), key('people'), key('networks'), key('pace'), key('state')
local now, id, person, open = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4] == '1'
local most, rate, stay = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local network, network_most, patience, seed = ARGV[8], tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11]
local PRESENT, CALLED, KEPT, DAY = 150000, 150000, 1800000, 86400
local burst = math.max(1, rate / 6)
local call = redis.call

local function forget(one)
    for _, set in ipairs({line, away, inside, leaving, seen, before}) do call('ZREM', set, one) end
    call('HDEL', numbers, one)
    call('HDEL', entered, one)
end

local function known(one)
    return call('HEXISTS', numbers, one) == 1
end

local function rank(one)
    if call('ZSCORE', inside, one) or call('ZSCORE', leaving, one) then return -1 end
    if call('ZSCORE', before, one) then return 0 end
    return tonumber(call('HGET', numbers, one))
end

local function last_moment(one)
    return tonumber(call('HGET', entered, one) or now) + 4 * stay
end

-- Entries that ran out: back to the front of the line, or out of it when they lasted as long as any may.
for _, one in ipairs(call('ZRANGEBYSCORE', inside, '-inf', now, 'LIMIT', 0, 100)) do
    call('ZREM', inside, one)
    if now >= last_moment(one) then forget(one) else call('ZADD', away, call('HGET', numbers, one), one) end
end
for _, one in ipairs(call('ZRANGEBYSCORE', leaving, '-inf', now, 'LIMIT', 0, 20)) do forget(one) end
for _, one in ipairs(call('ZRANGEBYSCORE', seen, '-inf', now - KEPT, 'LIMIT', 0, 20)) do
    if call('ZSCORE', inside, one) then call('ZADD', seen, now, one) elseif one ~= id then forget(one) end
end

-- The opening: who came before it stands by lot. The lot is drawn from a seed that nobody sees until then, when each
-- comes, so that the opening of a line of 100,000 takes no longer than any other step.
local opened = call('HGET', state, 'opened')
if open and not opened then
    local drawn = call('ZCARD', before)
    if drawn > 0 then call('RENAME', before, line) end
    opened = now
    call('HSET', state, 'opened', now, 'drawn', drawn, 'filled', now, 'budget', burst)
end

-- One person has one place, whatever they hold in their hands: the better one.
if person ~= '' then
    local theirs = call('HGET', people, person)
    if theirs and theirs ~= id and known(theirs) then
        if known(id) and rank(id) < rank(theirs) then
            forget(theirs)
        else
            forget(id)
            id = theirs
        end
    end
    if theirs ~= id then call('HSET', people, person, id) end
end

local fresh = not known(id)
if fresh then
    if person == '' then
        local field = network .. ':' .. math.floor(now / 3600000)
        if call('HINCRBY', networks, field, 1) > network_most then
            call('HINCRBY', networks, field, -1)
            return {'crowded', '', 0, 0, 0, 0, 0}
        end
    end
    if opened then
        local number = call('HINCRBY', state, 'number', 1)
        call('HSET', numbers, id, number)
        call('ZADD', line, number, id)
    else
        call('HSETNX', state, 'seed', seed)
        local lot = tonumber(string.sub(redis.sha1hex(call('HGET', state, 'seed') .. id), 1, 13), 16) / 2 ^ 52
        lot = string.format('%.17g', lot)
        call('HSET', numbers, id, lot)
        call('ZADD', before, lot, id)
    end
end
call('ZADD', seen, now + patience, id)
local number = call('ZSCORE', away, id)
if number then
    call('ZREM', away, id)
    call('ZADD', line, number, id)
end

-- Let in who is next, as many as there is room for and as fast as was said. Who was not seen lately is passed over,
-- and stands at the same place again when they are back.
local let_in = 0
if open then
    local filled, budget = tonumber(call('HGET', state, 'filled')), tonumber(call('HGET', state, 'budget'))
    budget = math.min(burst, budget + math.max(0, now - filled) * rate / 60000)
    local free, turns = most - call('ZCARD', inside), 0
    while budget >= 1 and free > 0 and turns < 500 do
        local head = call('ZPOPMIN', line)
        if #head == 0 then break end
        turns = turns + 1
        if tonumber(call('ZSCORE', seen, head[1]) or 0) < now - PRESENT then
            call('ZADD', away, head[2], head[1])
        else
            call('ZADD', inside, now + CALLED, head[1])
            call('HSETNX', entered, head[1], now)
            budget, free, let_in = budget - 1, free - 1, let_in + 1
        end
    end
    call('HSET', state, 'filled', math.max(now, filled), 'budget', tostring(budget))
    if let_in > 0 then
        local minute = math.floor(now / 60000)
        if call('HINCRBY', pace, minute, let_in) == let_in then call('HDEL', pace, minute - 30) end
        call('HINCRBY', state, 'let_in', let_in)
    end
end
if fresh or let_in > 0 then
    for _, one in ipairs({line, away, inside, leaving, seen, before, numbers, entered, people, networks, pace, state}) do
        call('EXPIRE', one, DAY)
    end
end

if call('ZSCORE', leaving, id) then return {'in', id, 0, 0, 0, 0, 0} end
if call('ZSCORE', inside, id) then
    call('ZADD', inside, math.min(now + stay, last_moment(id)), id)
    return {'in', id, 0, 0, 0, 0, 0}
end
if call('ZSCORE', before, id) then return {'before', id, 0, call('ZCARD', before), 0, 0, 0} end

local lately, minute = 0, math.floor(now / 60000)
for _, count in ipairs(call('HMGET', pace, minute, minute - 1, minute - 2, minute - 3, minute - 4)) do
    lately = lately + tonumber(count or 0)
end
local window = math.min(now - tonumber(opened), 240000 + now % 60000)
local full = call('ZCARD', inside) >= most and 1 or 0
return {'waiting', id, call('ZRANK', line, id) + 1, call('ZCARD', line), lately, window, full}
