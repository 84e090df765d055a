-- Signed deliveries. Arguments: PORT RUN BODY SIGNATURE. The body and its signature are made beforehand; the
-- delivery's id differs in every request, for an id that was seen before is a repeat and would be answered without work.
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init(arguments)
    local file = assert(io.open(arguments[3], "rb"))
    local body = file:read("*a")
    file:close()
    before = table.concat({
        "POST /hooks/github HTTP/1.1",
        "Host: 127.0.0.1:" .. arguments[1],
        "User-Agent: GitHub-Hookshot/bench",
        "Content-Type: application/json",
        "Content-Length: " .. #body,
        "X-GitHub-Event: push",
        "X-GitHub-Hook-ID: 1",
        "X-Hub-Signature-256: sha256=" .. arguments[4],
        "X-GitHub-Delivery: ",
    }, "\r\n")
    after = "\r\n\r\n" .. body
    identity = string.format("%08x-%04x-0000-0000-", tonumber(arguments[2]), number)
    count = 0
end

function request()
    count = count + 1
    return before .. identity .. string.format("%012x", count) .. after
end

-- Prints what wrk counted, as one line of JSON.
function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format(
        '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f}',
        summary.requests, summary.duration / 1e6, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
