/// The secrets that a service names, and what is set of them.
public struct SecretNeeds: Sendable, Equatable {
    /// By name. None while one is missing: to set some of them must not make what was refused be tried again in vain.
    public let fingerprints: [String: String]
    /// What stands against it, one sentence for each that is not set, with what to do.
    public let problems: [String]

    /// Of a service that names none.
    public static let none = SecretNeeds(fingerprints: [:], problems: [])

    private init(fingerprints: [String: String], problems: [String]) {
        self.fingerprints = fingerprints
        self.problems = problems
    }

    /// - Parameters:
    ///   - names: as in the service's file.
    ///   - known: fingerprints of all that are set in that place.
    public init(_ names: [String], in place: ApplicationSecret.Place, known: [String: String]) {
        let isComplete = names.allSatisfy { known[$0] != nil }
        fingerprints = isComplete ? known.filter { names.contains($0.key) } : [:]
        problems = names.filter { known[$0] == nil }.map { name in
            "the secret \(name) is not set: run `deployd secret set \(place.application) \(name) "
                + "--environment \(place.environment)`"
        }
    }

    /// What differs from what an instance was deployed with, for people; nil when nothing does.
    static func change(from before: [String: String], to after: [String: String]) -> String? {
        let changed = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        guard !changed.isEmpty else { return nil }
        return "changes the secret\(changed.count == 1 ? "" : "s") \(changed.joined(separator: ", "))"
    }
}
