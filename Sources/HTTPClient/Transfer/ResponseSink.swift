import Core

/// Where the curl thread puts a response. All are called on that thread (`finish` also before it, by a refusal).
protocol ResponseSink: Sendable {
    func begin(_ head: HTTPClientResponseHead)
    func accept(_ bytes: UnsafeRawBufferPointer) -> Acceptance
    /// The end, exactly once: nil when the whole response was given.
    func finish(_ error: DeploydError?)
}

enum Acceptance {
    case taken
    /// Nothing was taken: offer the same bytes again after `resume`.
    case later
    case refused(DeploydError)
}
