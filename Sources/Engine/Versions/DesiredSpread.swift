import Core
import Formats
import Model

/// Brings versions that were set on environments to their instances, a page of them in each transaction: thousands in one
/// would keep every delivery waiting that comes meanwhile.
///
/// What is left when the server dies is found again by whoever set the version, whose work is not over, or when the server
/// starts: instances are aligned with their environments' versions.
struct DesiredSpread: Sendable {
    /// Instances in one transaction. Fifty take about a millisecond, as the sync to the disk does.
    static let page = 50
    /// Sentences about instances that are stopped; more would be told to nobody's use.
    private static let maximumNotices = 10

    private var changes: [DesiredChange]
    /// The target behind which the first of them goes on.
    private var place = ""
    private(set) var deployments: [Deployment] = []
    /// Those that may have something to do now.
    private(set) var instances: [InstanceID] = []
    private var asleep: [String] = []
    private var asleepCount = 0
    /// Whether the first of the changes has found an instance.
    private var hasReached = false
    private var nowhere: [String] = []

    init(_ changes: [DesiredChange] = []) { self.changes = changes }

    var isDone: Bool { changes.isEmpty }

    /// Why nothing is deployed on some targets, or at all.
    var notices: [String] {
        let more = asleepCount - asleep.count
        return nowhere + asleep + (more > 0 ? ["and \(more) more instances that are not running"] : [])
    }

    mutating func append(_ change: DesiredChange) { changes.append(change) }
    mutating func append(_ other: DesiredSpread) { changes += other.changes }

    /// Moves the instances of one page.
    mutating func advance(in transaction: any StorageWriter) throws {
        var left = DesiredSpread.page
        while left > 0, let change = changes.first {
            let isInForce = try isInForce(change, transaction)
            let moved = isInForce ? try change.move(after: place, limit: left, in: transaction) : []
            hasReached = hasReached || !isInForce || moved.contains { !$0.instance.isDetached }
            for (instance, deployment) in moved { note(instance, deployment, change.version) }
            if let last = moved.last, moved.count == left {
                place = last.instance.id.target
            } else {
                if !hasReached { nowhere.append(change.reasonToEndNowhere) }
                changes.removeFirst()
                (place, hasReached) = ("", false)
            }
            left -= moved.count
        }
    }

    mutating func finish(in transaction: any StorageWriter) throws {
        while !isDone { try advance(in: transaction) }
    }

    /// Somebody may have set another version between two pages.
    private func isInForce(_ change: DesiredChange, _ reader: any StorageReader) throws -> Bool {
        try reader.environmentVersion(change.application, change.environment)?.desired == change.version
    }

    private mutating func note(_ instance: Instance, _ deployment: Deployment?, _ version: String) {
        if let deployment { deployments.append(deployment) }
        guard instance.world != nil, !instance.isDetached else { return }
        guard let sentence = instance.reasonToWait(with: version) else { return instances.append(instance.id) }
        asleepCount += 1
        if asleep.count < DesiredSpread.maximumNotices { asleep.append(sentence) }
    }
}

extension DesiredChange {
    /// Nobody says more of it: the file may be right, and the environment still to come.
    fileprivate var reasonToEndNowhere: String {
        let known = topology.environments.keys.sorted()
        guard known.contains(environment) else {
            return "there is no environment '\(environment)', so nothing is deployed"
                + NearestName.hintOrListing(environment, in: known)
        }
        return "\(environment) has no target for \(application), so nothing is deployed"
    }
}

extension Instance {
    /// Why a version that was set is not deployed now.
    fileprivate func reasonToWait(with version: String) -> String? {
        let place = "\(id.application) on \(id.target)"
        return switch lifecycle.state {
        case .running: nil
        case .stopping, .stopped: "\(place) is stopped: \(version) is deployed when it is started"
        case .starting, .restarting: "\(place) is being started: \(version) is deployed after that"
        case .destroying, .destroyed: "\(place) is being destroyed"
        }
    }
}

extension [String] {
    /// nil when there is nothing to say.
    var joinedNotices: String? { isEmpty ? nil : joined(separator: "; ") }
}
