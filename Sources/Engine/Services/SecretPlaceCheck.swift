import Core
import Formats
import Model

/// Says what there is where an application or environment was named that there is not.
struct SecretPlaceCheck: Sendable {
    let place: ApplicationSecret.Place
    let topology: TopologyHolder

    /// - Throws: `.notFound` unless the application goes to the environment.
    func perform(in reader: any StorageReader) throws {
        guard let application = try reader.application(place.application) else {
            throw try reader.missing(application: place.application, hint: try known(in: reader))
        }
        let environments = topology.current.topology.environments(of: application.settings)
        guard !environments.contains(place.environment) else { return }
        let hint = NearestName.hint(place.environment, in: environments)
        let listing = environments.isEmpty ? "" : "; it has \(environments.joined(separator: ", "))"
        throw DeploydError(
            .notFound,
            "\(place.application) has no environment '\(place.environment)'\(hint.isEmpty ? listing : hint)")
    }

    private func known(in reader: any StorageReader) throws -> String {
        let page = PageRequest(limit: PageRequest.maximumLimit)
        let hint = NearestName.hint(place.application, in: try reader.applications(page).items.map(\.name))
        return hint.isEmpty ? "; a push of its repository makes one" : hint
    }
}
