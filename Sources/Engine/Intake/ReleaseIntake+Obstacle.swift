import Core
import Model

extension ReleaseIntake {
    /// Why a version is released and not set on an environment.
    struct Obstacle: Sendable {
        let text: String
        /// Somebody forbade it: the delivery fails. Otherwise it is as things should be.
        let isRefusal: Bool
    }

    func obstacle(to change: DesiredChange, in reader: any StorageReader) throws -> Obstacle? {
        if let refusal = try change.refusal(in: reader) { return Obstacle(text: refusal.message, isRefusal: true) }
        guard let current = try reader.environmentVersion(change.application, change.environment) else { return nil }
        if let hold = current.hold {
            return Obstacle(
                text: "\(change.environment) is held by \(hold.actor): \(hold.reason)", isRefusal: false)
        }
        guard let onlyOver, let desired = current.desired, !(onlyOver + [change.version]).contains(desired) else {
            return nil
        }
        return Obstacle(text: "\(change.environment) is at version \(desired)", isRefusal: false)
    }

    func notice(of environments: [String], _ obstacles: [Obstacle]) -> String? {
        if case .triggered(let reference, _) = destination, environments.isEmpty {
            return "no trigger of \(release.application) names \(reference); "
                + "version \(release.version) was released and not set"
        }
        guard !obstacles.isEmpty else { return nil }
        let place = obstacles.count < environments.count ? " there" : ""
        return "\(obstacles.map(\.text).joined(separator: "; ")); "
            + "version \(release.version) was released and not set\(place)"
    }
}
