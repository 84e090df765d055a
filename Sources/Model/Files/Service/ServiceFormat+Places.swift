import Core
import Formats

/// Environments that the file names and, as it says itself, never goes to.
extension ServiceFormat {
    /// Which environments a set has is the operator's, so a file with sets is looked at where its topology is known
    /// (`Topology.problems`).
    static func checkPlaces(_ reader: MappingReader, _ settings: Application.Settings) {
        guard settings.environmentSets.isEmpty, isRight(environments, reader), isRight(environmentSets, reader) else {
            return
        }
        let going = settings.environments
        let overrides = reader.place(of: overrides)
        for entry in overrides.node.mapping ?? [] where isLeftOut(entry.key, going) {
            overrides.fail(key: entry, Topology.sentence(servicesWith: going, doNotGoTo: entry.key))
        }
        let triggers = reader.place(of: triggers)
        for (index, node) in (triggers.node.sequence ?? []).enumerated() {
            let place = triggers.element(index, node)[TriggerFormat.environment.name]
            guard let name = place.node.scalar?.text, isLeftOut(name, going) else { continue }
            place.fail(Topology.sentence(servicesWith: going, doNotGoTo: name))
        }
    }

    private static func isLeftOut(_ name: String, _ going: [String]) -> Bool {
        DNSLabel.isValid(name) && !going.contains(name)
    }

    /// Whether nothing is wrong with what the key says: else it is not known where the service goes.
    private static func isRight(_ field: Field<some Sendable>, _ reader: MappingReader) -> Bool {
        let path = reader.place(of: field).path.steps
        return !reader.place.diagnostics.sorted.contains { $0.path.steps.starts(with: path) }
    }
}
