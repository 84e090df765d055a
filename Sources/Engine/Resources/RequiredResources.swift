import Core
import Model

/// What of a deployment's resources was made and is gone, and what is to be made anew in its place.
struct RequiredResources: Sendable {
    /// With any, nothing is deployed and nothing is started: it would begin with nothing, where there was something.
    let absences: [String]
    /// Made by the next deployment; what is started without one would not find them.
    let waiting: [String]

    static let none = RequiredResources(absences: [], waiting: [])

    private init(absences: [String], waiting: [String]) {
        self.absences = absences
        self.waiting = waiting
    }

    /// - Parameters:
    ///   - required: the instance's own and the world's, as they are recorded.
    init(_ required: [Resource], of instance: Instance, _ presence: ResourcePresence) async {
        var (absences, waiting): ([String], [String]) = ([], [])
        let place = "\(instance.id.application) --environment \(instance.environment)"
        for resource in required {
            if resource.status == .pending {
                waiting.append("\(resource.subject) is made anew by the next deployment: `deployd apply \(place)`")
            }
            guard let reason = await presence.absence(of: resource) else { continue }
            absences.append(
                "\(resource.subject) is gone (\(reason)): put it back, from a backup of what services keep, then "
                    + "`deployd apply \(place)`; or let it be made anew, empty: `deployd resource recreate \(resource.id)`"
            )
        }
        self.init(absences: absences, waiting: waiting)
    }

    /// One sentence for each; empty when everything that was made is there.
    var obstacles: [String] { absences + waiting }
}

extension Resource {
    /// As services call it.
    fileprivate var subject: String {
        instance == nil ? "the shared '\(name)' of the world '\(world)'" : "requires.\(name): its \(slug)"
    }
}
