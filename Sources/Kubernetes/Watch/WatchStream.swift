import Core
import HTTPClient

/// One watch: events in the server's order, from a position on, until the server ends it.
public struct WatchStream: AsyncSequence, Sendable {
    let stream: HTTPClientStream
    let type: ResourceType
    let subject: RequestSubject
    let cluster: String
    let maximumObjectBytes: Int

    public func makeAsyncIterator() -> Iterator {
        Iterator(
            bytes: stream.makeAsyncIterator(), reader: JSONLineReader(maximumBytes: maximumObjectBytes),
            watch: self)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var bytes: HTTPClientStream.Iterator
        var reader: JSONLineReader
        let watch: WatchStream
        var ready: ArraySlice<JSONValue> = []

        /// - Returns: nil when the server has ended the watch, which it does now and then.
        /// - Throws: `DeploydError`; `apiStatus?.isExpired` when the position is too old to go on from.
        public mutating func next() async throws -> WatchEvent? {
            while true {
                while let json = ready.popFirst() {
                    let event = try WatchEvent(
                        json, watch.type, subject: watch.subject, cluster: watch.cluster)
                    if let event { return event }
                }
                guard let more = try await bytes.next() else { return nil }
                ready = try reader.feed(more)[...]
            }
        }
    }
}

extension KubernetesClient {
    /// Changes from a position on: `GET …?watch=true&allowWatchBookmarks=true&resourceVersion=…`.
    /// - Parameters:
    ///   - namespace: nil for all.
    ///   - duration: when the server ends it.
    ///   - idleTimeout: how long nothing may come, not even a bookmark.
    public func watch(
        _ type: ResourceType, namespace: String? = nil, _ options: ListOptions = ListOptions(),
        from resourceVersion: String, duration: Duration, idleTimeout: Duration
    ) async throws -> WatchStream {
        let subject = RequestSubject("watch", type, namespace: namespace)
        var request = APIRequest("GET", try type.path(namespace: namespace), subject)
        request.query =
            options.selectors + [
                ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", resourceVersion),
                ("timeoutSeconds", "\(max(1, duration.components.seconds))"),
            ]
        request.accept = options.accept("PartialObjectMetadata")
        // Until its headers come: servers send them at once, or with the first event.
        request.deadline = .seconds(30)
        let stream = try await transport.stream(request, idleTimeout: idleTimeout)
        return WatchStream(
            stream: stream, type: type, subject: subject, cluster: name,
            maximumObjectBytes: KubernetesClient.maximumWatchedBytes)
    }

    /// Of one object; etcd takes 1.5 MB by default, and JSON needs more than what it stores.
    static let maximumWatchedBytes = 8 << 20
}
