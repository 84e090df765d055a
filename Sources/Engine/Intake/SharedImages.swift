import Core
import Model
import Synchronization

/// Has a registry asked once for each tag, however many services of one push are of it.
final class SharedImages: ImageRegistry {
    private struct Question: Hashable {
        let image: String
        let tag: String
        let worlds: [String]
    }

    private let registry: any ImageRegistry
    private let asked = Mutex<[Question: Task<ImageReference?, any Error>]>([:])

    init(_ registry: any ImageRegistry) { self.registry = registry }

    func resolve(_ image: String, tag: String, for worlds: [World]) async throws -> ImageReference? {
        let question = Question(image: image, tag: tag, worlds: worlds.map(\.name))
        let task = asked.withLock { [registry] asked in
            if let known = asked[question] { return known }
            let task = Task { try await registry.resolve(image, tag: tag, for: worlds) }
            asked[question] = task
            return task
        }
        // All who ask are of one delivery, and end together.
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
