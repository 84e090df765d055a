import Core
import Model

/// What the tag of a release's image names now.
struct ImageTags: Sendable {
    let context: EngineContext
    private let registry: (any ImageRegistry)?

    /// - Parameter registry: whom to ask; nil: the server's.
    init(context: EngineContext, registry: (any ImageRegistry)? = nil) {
        self.context = context
        self.registry = registry ?? context.images?.registry
    }

    /// Those where an application goes, by name.
    func worlds(of settings: Application.Settings) -> [World] {
        let topology = context.topology.current.topology
        let names = (topology.targets(of: settings) + settings.targets).compactMap(\.world)
        return Set(names).sorted().compactMap { topology.worlds[$0] }
    }

    /// What was recorded counts, so a registry that does not answer is nothing to wait for.
    /// - Parameter image: as the file names it; nil: as it was recorded.
    /// - Returns: nil: it is as it was seen last.
    func move(of release: Release, image: String? = nil, settings: Application.Settings) async -> ImageMove? {
        guard let registry, let recorded = release.image else { return nil }
        let name = image ?? recorded.name
        let tag = ImageReference.tag(of: release.version, service: release.application)
        guard let now = try? await registry.resolve(name, tag: tag, for: worlds(of: settings)) else {
            return nil
        }
        return ImageMove(release, "\(name):\(tag)", now: now.digest)
    }
}
