-- One closed loop: METHOD, a file of lines «path TAB token TAB body», a salt for the keys, and the most requests.
local method, salt, most, count = "GET", "", 0, 0
local lines = {}

function init(args)
  method, salt, most = args[1], args[3], tonumber(args[4])
  for line in io.lines(args[2]) do
    local path, token, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    lines[#lines + 1] = { path = path, token = token, body = body }
  end
end

function request()
  count = count + 1
  if count > most then wrk.thread:stop() end
  local line = lines[count % #lines + 1]
  local headers = {}
  if line.token ~= "" then headers["Authorization"] = "Bearer " .. line.token end
  if line.body == "" then return wrk.format(method, line.path, headers, nil) end
  headers["Content-Type"] = "application/json"
  headers["Idempotency-Key"] = '"' .. salt .. "-" .. count .. '"'
  return wrk.format(method, line.path, headers, line.body)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.status, e.connect + e.read + e.write + e.timeout))
end
