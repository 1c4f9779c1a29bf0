-- For wrk: sends the GET requests of a file in turn, and prints one line of JSON.
-- wrk ... -s requests.lua URL -- FILE [HEADER VALUE]...
-- FILE holds a path with its query string on each line.

local requests = {}
local turn = 0

function init(args)
  local headers = { Accept = "application/sparql-results+json" }
  for i = 2, #args, 2 do headers[args[i]] = args[i + 1] end
  for line in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", line, headers)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p99": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
