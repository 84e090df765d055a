internal import Core

/// `HTTPTimeouts` in the unit of a loop's clock: they are looked at after every turn of a connection.
struct TimeoutMilliseconds {
    let head: Int64
    let bodyIdle: Int64
    let body: Int64
    let handler: Int64
    let keepAlive: Int64
    let writeStall: Int64
    let linger: Int64

    init(_ timeouts: HTTPTimeouts) {
        head = timeouts.head.milliseconds
        bodyIdle = timeouts.bodyIdle.milliseconds
        body = timeouts.body.milliseconds
        handler = timeouts.handler.milliseconds
        keepAlive = timeouts.keepAlive.milliseconds
        writeStall = timeouts.writeStall.milliseconds
        linger = timeouts.linger.milliseconds
    }

    /// How often a loop looks for deadlines that are past.
    var sweepInterval: Int64 {
        let shortest = [head, bodyIdle, body, handler, keepAlive, writeStall, linger].min() ?? 1000
        return min(1000, max(5, shortest / 4))
    }
}
