import Core
public import HTTPClient

/// Which lines of a container's log.
public struct LogOptions: Sendable {
    /// Nil where the pod has only one.
    public var container: String?
    /// The last so many lines; nil for all.
    public var tailLines: Int?
    /// Of the container's run before this one.
    public var previous: Bool
    /// Each line begins with its time (RFC 3339).
    public var timestamps: Bool
    /// Only lines of the last so many seconds.
    public var sinceSeconds: Int?
    /// The most that is read.
    public var maximumBytes: Int

    public init(
        container: String? = nil, tailLines: Int? = 100, previous: Bool = false,
        timestamps: Bool = false,
        sinceSeconds: Int? = nil, maximumBytes: Int = 1 << 20
    ) {
        self.container = container
        self.tailLines = tailLines
        self.previous = previous
        self.timestamps = timestamps
        self.sinceSeconds = sinceSeconds
        self.maximumBytes = maximumBytes
    }

    var query: [(String, String)] {
        var query: [(String, String)] = []
        if let container { query.append(("container", container)) }
        if let tailLines { query.append(("tailLines", "\(tailLines)")) }
        if let sinceSeconds { query.append(("sinceSeconds", "\(sinceSeconds)")) }
        if previous { query.append(("previous", "true")) }
        if timestamps { query.append(("timestamps", "true")) }
        return query
    }
}

extension KubernetesClient {
    /// A container's log until now: `GET …/pods/NAME/log`.
    /// - Returns: bytes as the container wrote them, cut at `maximumBytes`.
    public func logs(
        pod: String, namespace: String? = nil, _ options: LogOptions = LogOptions()
    ) async throws -> [UInt8] {
        var request = try logRequest(pod, namespace, options)
        request.query.append(("limitBytes", "\(options.maximumBytes)"))
        // The server's bound is in bytes of the log; it may go past it by a line's time.
        request.maximumResponseBytes = options.maximumBytes + 4096
        return Array(try await transport.send(request).body.prefix(options.maximumBytes))
    }

    /// The same, and what is written from now on, until the container ends.
    /// - Parameter idleTimeout: how long it may be silent.
    public func followLogs(
        pod: String, namespace: String? = nil, _ options: LogOptions = LogOptions(),
        idleTimeout: Duration
    ) async throws -> HTTPClientStream {
        var request = try logRequest(pod, namespace, options)
        request.query.append(("follow", "true"))
        return try await transport.stream(request, idleTimeout: idleTimeout)
    }

    private func logRequest(
        _ pod: String, _ namespace: String?, _ options: LogOptions
    ) throws(DeploydError) -> APIRequest {
        let namespace = namespace ?? self.namespace
        var request = APIRequest(
            "GET", try ResourceType.pod.path(namespace: namespace, name: pod, subresource: "log"),
            RequestSubject("get", .pod, namespace: namespace, name: pod, subresource: "log"))
        request.query = options.query
        request.accept = "text/plain, application/json"
        return request
    }
}
