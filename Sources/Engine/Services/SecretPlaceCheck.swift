import Core
import Formats
import Model

/// Says what there is where an application or environment was named that there is not.
struct SecretPlaceCheck: Sendable {
    let place: ApplicationSecret.Place
    let topology: TopologyHolder

    /// - Throws: `.notFound` unless the application goes to the environment.
    func perform(in reader: any StorageReader) throws {
        let application = try reader.knownApplication(place.application)
        let environments = topology.current.topology.environments(of: application.settings)
        guard !environments.contains(place.environment) else { return }
        throw DeploydError(
            .notFound,
            "\(place.application) has no environment '\(place.environment)'"
                + NearestName.hintOrListing(place.environment, in: environments, "it has"))
    }
}
