import Core
import Model

/// Looks whether the tag of an image still names what was released, each time that a version goes to a further
/// environment. Nothing waits for it, and what is deployed stays the same.
public struct ImageLook: Sendable {
    /// A release that is as young was looked up when it was made.
    private static let youth = Duration.seconds(60)
    /// Further ones of the same moment are left out.
    private static let limit = 100
    private static let actor = "deployd"

    private let context: EngineContext

    public init(context: EngineContext) { self.context = context }

    /// Follows the history until the task is cancelled.
    public func run() async {
        guard context.images != nil else { return }
        var seen: Int64?
        for await newest in context.storage.newestEvents() {
            defer { seen = newest }
            guard let seen, !Task.isCancelled else { continue }
            do {
                for version in try await versions(after: seen) { try await look(version) }
            } catch {
                guard !Task.isCancelled else { return }
                context.log.warning("looking at the tags of images failed", ["error": "\(error)"])
            }
        }
    }

    private struct Version: Hashable {
        let application: String
        let version: String
        let cause: Cause
    }

    private func versions(after number: Int64) async throws -> Set<Version> {
        let events = try await context.storage.read { try $0.events(after: number, limit: ImageLook.limit) }
        return Set(
            events.compactMap { event in
                guard event.draft.type == .versionDesired, let application = event.draft.application,
                    let version = event.draft.after
                else { return nil }
                return Version(
                    application: application, version: version, cause: Cause(.observation, "event \(event.id)"))
            })
    }

    private func look(_ version: Version) async throws {
        let (release, settings) = try await context.storage.read { reader in
            (
                try reader.release(version.application, version.version),
                try reader.application(version.application)?.settings
            )
        }
        let moment = context.clock.now()
        guard let release, release.image != nil, let settings, moment - release.createdAt > ImageLook.youth,
            let move = await ImageTags(context: context).move(of: release, settings: settings)
        else { return }
        context.log.warning("the tag of an image has moved", ["release": version.version, "reason": move.sentence])
        try await context.storage.write {
            try move.apply(actor: ImageLook.actor, cause: version.cause, at: moment, to: $0)
        }
    }
}
