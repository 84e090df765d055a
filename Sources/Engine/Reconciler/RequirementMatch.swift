import Formats
import Model

/// What a service requires, matched with what a world offers.
struct RequirementMatch {
    /// By name.
    let matched: [ResolvedRequirement]
    /// What could not be matched, one sentence each.
    let problems: [String]

    init(service: ServiceFile, world: World, snapshot: TopologySnapshot) {
        var matched: [ResolvedRequirement] = []
        var problems: [String] = []
        let worlds = snapshot.topology.worlds.values.sorted { $0.name < $1.name }
        for (name, requirement) in service.requirements.sorted(by: { $0.key < $1.key }) {
            switch snapshot.catalogue.match(requirement, named: name, in: world, worlds: worlds) {
            case .match(let match): matched.append(ResolvedRequirement(name: name, match))
            case .refused(let reasons): problems += reasons
            }
        }
        problems += RequirementMatch.unknownOutputs(service, matched)
        self.matched = matched
        self.problems = problems
    }

    /// References to outputs that the matched definitions do not have.
    private static func unknownOutputs(_ service: ServiceFile, _ matched: [ResolvedRequirement]) -> [String] {
        let outputs = Dictionary(
            matched.map { ($0.name, Set($0.outputs.keys)) }, uniquingKeysWith: { first, _ in first })
        let texts = (service.command ?? []) + service.environment.sorted { $0.key < $1.key }.map(\.value)
        var seen: Set<String> = []
        return texts.flatMap(\.references).compactMap { reference in
            let path = reference.path
            guard path.count == 3, path[0] == "requires", let known = outputs[path[1]], !known.contains(path[2]),
                seen.insert("\(reference)").inserted
            else { return nil }
            return "${\(reference)}: '\(path[1])' has no output '\(path[2])'; "
                + "it has \(known.sorted().joined(separator: ", "))"
        }
    }
}

extension ResolvedRequirement {
    fileprivate init(name: String, _ match: ResourceCatalogue.Match) {
        let definition = match.definition
        self.init(
            name: name, slug: definition.slug, repository: match.repository,
            capability: definition.capability.rawValue, parameters: match.parameters, template: definition.template,
            values: definition.values,
            outputs: definition.outputs.mapValues { output in
                switch output.source {
                case .template(let source): .template(source, isSecret: output.isSecret)
                case .text(let template): .text(template, isSecret: output.isSecret)
                }
            })
    }
}
