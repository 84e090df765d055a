internal import Core

/// Which request of which connection a completion is for. A key whose generation or number is past is dropped: the
/// descriptor may belong to another connection by then.
struct ConnectionKey: Sendable, Hashable {
    let descriptor: Int32
    let generation: UInt32
    let request: UInt32
}

/// What another thread tells a loop.
enum Completion: Sendable {
    case response(ConnectionKey, HTTPResponse)
    /// A stream has content, or has ended.
    case stream(ConnectionKey)
    case spool(ConnectionKey, SpoolOutcome)
    case drain(deadline: Duration)
}

/// How a body goes on its way to its file.
enum SpoolOutcome: Sendable {
    case written(bytes: Int)
    case finished(SpooledBody)
    case failed(DeploydError)
}
