import Core
import Model

/// The secrets that a service names, as they are set at one moment.
struct SecretMatch: Sendable {
    let needs: SecretNeeds
    /// By name; empty for a plan that nobody performs.
    let values: [String: Secret]

    static let none = SecretMatch(needs: .none, values: [:])

    /// - Parameter isPerformed: whether the values are needed.
    static func read(
        _ service: ServiceFile, of instance: Instance, isPerformed: Bool, from context: EngineContext
    ) async throws -> SecretMatch {
        let place = ApplicationSecret.Place(application: instance.id.application, environment: instance.environment)
        guard !service.secrets.isEmpty else { return .none }
        return try await context.look { reader in
            let values = isPerformed ? try reader.secretValues(in: place) : [:]
            return SecretMatch(
                needs: SecretNeeds(service.secrets, in: place, known: try reader.secretFingerprints(in: place)),
                values: values.filter { service.secrets.contains($0.key) })
        }
    }
}
