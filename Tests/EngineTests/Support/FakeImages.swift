import Core
import Model
import Synchronization

/// A registry in memory.
final class FakeImages: ImageRegistry {
    private struct State {
        var digests: [String: String] = [:]
        var error: DeploydError?
        var asked: [String] = []
    }

    private let state = Mutex(State())

    /// - Parameter name: with its tag.
    func put(_ digest: String?, _ name: String) { state.withLock { $0.digests[name] = digest } }

    /// What every question is answered with; nil: what there is.
    func fail(with error: DeploydError?) { state.withLock { $0.error = error } }

    /// `NAME:TAG WORLDS` of each question so far.
    var asked: [String] { state.withLock(\.asked) }

    func resolve(_ image: String, tag: String, for worlds: [World]) async throws -> ImageReference? {
        try state.withLock { state in
            state.asked.append("\(image):\(tag) \(worlds.map(\.name).joined(separator: ","))")
            if let error = state.error { throw error }
            return state.digests["\(image):\(tag)"].map { ImageReference(name: image, digest: $0) }
        }
    }
}
