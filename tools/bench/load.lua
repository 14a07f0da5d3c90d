-- What wrk sends: paths from a file, one a line. Arguments: FILE random|walk PAUSE [NAME=VALUE of a header…]. With
-- PAUSE each connection waits before it asks again, so many milliseconds on average, by chance as people come.
-- Ends with one line of JSON for tools/bench/wrk.mjs.

local requests = {}
local at = 0

function init(args)
  local pause = tonumber(args[3])
  if pause > 0 then
    function delay()
      return math.floor(0.5 - pause * math.log(1 - math.random()))
    end
  end
  for i = 4, #args do
    local name, value = args[i]:match("^([^=]+)=(.*)$")
    wrk.headers[name] = value
  end
  for path in io.lines(args[1]) do
    requests[#requests + 1] = path
  end
  -- One path is left to wrk itself, which then sends it without asking Lua.
  wrk.path = requests[1]
  if #requests == 1 then return end
  for i, path in ipairs(requests) do
    requests[i] = wrk.format("GET", path)
  end
  if args[2] == "walk" then
    function request()
      at = at % #requests + 1
      return requests[at]
    end
  else
    math.randomseed(20260101)
    function request()
      return requests[math.random(#requests)]
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.3f,"p99":%.3f,"failed":%d,"refused":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, failed, errors.status))
end
