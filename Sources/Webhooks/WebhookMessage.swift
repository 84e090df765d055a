/// A webhook's request, as it came: nothing of it is trusted before its signature was verified.
public struct WebhookMessage: Sendable {
    /// The raw bytes, which signatures are over.
    public let body: [UInt8]
    private let lookup: @Sendable (String) -> String?

    /// - Parameter header: the value of a header by its name in any case; nil when it is not there.
    public init(body: [UInt8], header: @escaping @Sendable (String) -> String?) {
        self.body = body
        lookup = header
    }

    public init(body: [UInt8], headers: [(name: String, value: String)]) {
        self.init(body: body) { name in
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    public func header(_ name: String) -> String? { lookup(name) }
}
