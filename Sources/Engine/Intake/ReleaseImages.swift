import Core
import Model

/// Finds out which image a release is: what its tag, the version, names in the registry at that moment.
struct ReleaseImages: Sendable {
    let context: EngineContext
    let delivery: Delivery
    /// nil: none is asked.
    let registry: (any ImageRegistry)?

    struct Found: Sendable {
        let image: ImageReference
        /// Where the tag names another one by now.
        var move: ImageMove?
    }

    /// - Parameters:
    ///   - image: as the file names it.
    ///   - settings: say where it goes.
    ///   - isOwn: whether the delivery is to bring it there; else nothing is waited for in vain.
    /// - Throws: `MissingImage` while it is waited for; `DeploydError` as `ImageRegistry.resolve`.
    func find(
        _ image: String, of release: Release, settings: Application.Settings, isOwn: Bool
    ) async throws -> Found {
        guard let images = context.images, let registry else {
            throw DeploydError(.invalid, "\(image): this server asks no registries for images")
        }
        let tag = ImageReference.tag(of: release.version, service: release.application)
        let tags = ImageTags(context: context, registry: registry)
        let recorded = try await context.storage.read { try $0.release(release.application, release.version) }
        if let recorded, let known = recorded.image {
            return Found(
                image: known, move: await tags.move(of: recorded, image: image, settings: settings))
        }
        if let found = try await registry.resolve(image, tag: tag, for: tags.worlds(of: settings)) {
            return Found(image: found)
        }
        let now = context.clock.now()
        let end = (delivery.wait?.since ?? now) + images.waitLimit
        guard !isOwn || now < end else { throw givenUp("\(image):\(tag)", images.waitLimit) }
        throw MissingImage(path: release.path, name: "\(image):\(tag)", end: end)
    }

    private func givenUp(_ name: String, _ limit: Duration) -> DeploydError {
        let what =
            limit > .zero ? "\(name) was not there within \(ReleaseImages.text(limit))" : "\(name) is not there"
        return DeploydError(
            .notFound,
            "\(what): push the image with that tag (its build may have failed), then `deployd redeliver \(delivery.id)`"
        )
    }

    private static func text(_ limit: Duration) -> String {
        let seconds = limit.components.seconds
        guard seconds >= 60, seconds.isMultiple(of: 60) else { return "\(seconds) s" }
        return seconds == 60 ? "a minute" : "\(seconds / 60) minutes"
    }
}
