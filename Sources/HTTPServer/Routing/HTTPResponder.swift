import Synchronization

/// Answers one request, once, from any thread. A responder that is let go without an answer answers 500.
public final class HTTPResponder: Sendable {
    private let isAnswered = Atomic(false)
    private let deliver: @Sendable (HTTPResponse) -> Void

    /// - Parameter deliver: receives the one answer.
    public init(deliver: @escaping @Sendable (HTTPResponse) -> Void) { self.deliver = deliver }

    /// Answers. All calls but the first are ignored.
    public func respond(_ response: HTTPResponse) {
        guard !isAnswered.exchange(true, ordering: .acquiringAndReleasing) else { return }
        deliver(response)
    }

    deinit {
        guard !isAnswered.load(ordering: .acquiring) else { return }
        deliver(HTTPProblem(status: 500, detail: "The server did not answer; its log may say more.").response)
    }
}
