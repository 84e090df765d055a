import Formats

/// What an instance requires, and in turn what that requires, matched with what a world offers.
public struct RequirementPlan: Sendable, Equatable {
    /// Each after all that it requires or refers to; else by name.
    public let requirements: [ResolvedRequirement]
    /// What stands against it, one sentence each.
    public let problems: [String]

    /// - Parameters:
    ///   - requirements: the service's own, by name.
    ///   - values: what their parameters may refer to beside each other, such as `environment`.
    ///   - others: the outputs of what is no resource of the instance, which parameters may refer to, by name.
    ///   - worlds: every world, to say where an unknown slug exists.
    public init(
        _ requirements: [String: Requirement], values: [String: String], others: [String: Set<String>] = [:],
        in world: World, worlds: [World], catalogue: ResourceCatalogue
    ) {
        self.init(
            requirements,
            RequirementPlanBuilder(
                subject: "requires", isDeveloper: true, values: values, others: others, world: world, worlds: worlds,
                catalogue: catalogue))
    }

    /// What a world declares for everyone.
    init(shared: [String: Requirement], in world: World, worlds: [World], catalogue: ResourceCatalogue) {
        self.init(
            shared,
            RequirementPlanBuilder(
                subject: "shared", isDeveloper: false, values: ["world": world.name], others: [:], world: world,
                worlds: worlds, catalogue: catalogue))
    }

    private init(_ requirements: [String: Requirement], _ builder: RequirementPlanBuilder) {
        var builder = builder
        for (name, requirement) in requirements.sorted(by: { $0.key < $1.key }) {
            builder.add(requirement, named: name)
        }
        builder.checkOutputs()
        let found = builder.found
        problems = builder.problems
        let walk = Walk(found.keys.sorted()) { (found[$0]?.neighbours ?? []).filter { found[$0] != nil } }
        self.requirements = walk.order.compactMap { found[$0] }
    }
}

extension ResolvedRequirement {
    /// The whole names of what has to be made before it.
    fileprivate var neighbours: [String] {
        let referred = deferred.values.flatMap(\.text.references).filter { $0.path.count == 3 }.map { $0.path[1] }
        return Set(requires.values).union(referred).sorted()
    }
}

private struct RequirementPlanBuilder {
    /// What one parameter, or a text, is as far as it is known.
    private enum Value {
        case known(String)
        case deferred(Template)
    }

    /// What the parameters of a requirement may refer to.
    private struct Scope {
        /// Before the names of its requirements; empty for a service's.
        var prefix = ""
        var parameters: [String: Value] = [:]
        var values: [String: String]
    }

    /// The key that they are listed under.
    let subject: String
    let isDeveloper: Bool
    let values: [String: String]
    let others: [String: Set<String>]
    let world: World
    let worlds: [World]
    let catalogue: ResourceCatalogue
    private(set) var found: [String: ResolvedRequirement] = [:]
    private(set) var problems: [String] = []

    init(
        subject: String, isDeveloper: Bool, values: [String: String], others: [String: Set<String>], world: World,
        worlds: [World], catalogue: ResourceCatalogue
    ) {
        self.subject = subject
        self.isDeveloper = isDeveloper
        self.values = values
        self.others = others
        self.world = world
        self.worlds = worlds
        self.catalogue = catalogue
    }

    mutating func add(_ requirement: Requirement, named name: String) {
        add(requirement, named: name, Scope(values: values), through: nil)
    }

    private mutating func add(
        _ requirement: Requirement, named name: String, _ scope: Scope, through repository: String?
    ) {
        let subject = "\(subject).\(name)"
        let answer = catalogue.match(
            requirement, named: subject, through: repository, isDeveloper: isDeveloper && repository == nil, in: world,
            worlds: worlds)
        switch answer {
        case .refused(let reasons): problems += reasons
        case .match(let match):
            let definition = match.offer.definition
            var parameters = match.parameters.mapValues(Value.known)
            for (parameter, text) in requirement.templates.sorted(by: { $0.key < $1.key }) {
                guard let declared = definition.parameters[parameter] else { continue }
                parameters[parameter] = value(text, scope, of: declared, "\(subject).params.\(parameter)")
            }
            found[name] = resolved(match.offer, named: name, parameters)
            var below = Scope(prefix: "\(name).", parameters: parameters, values: values)
            below.values["resource"] = name
            for (inner, requirement) in definition.requires.sorted(by: { $0.key < $1.key }) {
                add(requirement, named: "\(name).\(inner)", below, through: match.offer.through)
            }
        }
    }

    private func resolved(
        _ offer: ResourceCatalogue.Offer, named name: String, _ parameters: [String: Value]
    ) -> ResolvedRequirement {
        var known: [String: String] = [:]
        var deferred: [String: ResolvedRequirement.Deferred] = [:]
        for (parameter, value) in parameters {
            switch value {
            case .known(let text): known[parameter] = text
            case .deferred(let text):
                deferred[parameter] = offer.definition.parameters[parameter].map {
                    ResolvedRequirement.Deferred(text: text, definition: $0)
                }
            }
        }
        return ResolvedRequirement(
            name: name, offer, in: world, commit: catalogue.repositories[offer.definitionRepository]?.origin?.commit,
            parameters: known, deferred: deferred,
            requires: Dictionary(
                uniqueKeysWithValues: offer.definition.requires.keys.map { ($0, "\(name).\($0)") }))
    }

    /// A text in a scope; nil, reported, where its value is known and not allowed.
    private mutating func value(
        _ text: Template, _ scope: Scope, of parameter: ParameterDefinition, _ subject: String
    ) -> Value? {
        var parts: [Template.Part] = []
        for part in text.parts {
            guard case .reference(let reference) = part else {
                parts.append(part)
                continue
            }
            guard let replaced = replaced(reference, scope) else {
                problems.append("\(subject): '${\(reference)}' has no value")
                return nil
            }
            parts += replaced
        }
        let joined = Template(joining: parts)
        guard let known = joined.literal else { return .deferred(joined) }
        switch parameter.text(ofText: known) {
        case .text(let text): return .known(text)
        case .problem(let problem):
            problems.append("\(subject): \(problem)")
            return nil
        }
    }

    private func replaced(_ reference: Reference, _ scope: Scope) -> [Template.Part]? {
        // Of a world file that is checked where its server is not.
        if case .scheme = reference.target { return [.reference(reference)] }
        let path = reference.path
        switch (path.first, path.count) {
        case ("requires", 3):
            return [.reference(Reference(.path(["requires", scope.prefix + path[1], path[2]])))]
        case ("params", 2):
            switch scope.parameters[path[1]] {
            case .known(let text): return [.literal(text)]
            case .deferred(let text): return text.parts
            case nil: return nil
            }
        case ("world", 3): return world.parameterText(path[2]).map { [.literal($0)] }
        case (let name?, 1): return scope.values[name].map { [.literal($0)] }
        default: return nil
        }
    }

    /// References to outputs that are not there. Those of definitions were checked when they were read.
    mutating func checkOutputs() {
        for (name, requirement) in found.sorted(by: { $0.key < $1.key }) {
            for (parameter, deferred) in requirement.deferred.sorted(by: { $0.key < $1.key }) {
                for reference in deferred.text.references where reference.path.count == 3 {
                    let path = reference.path
                    let known = found[path[1]].map { Set($0.outputs.keys) } ?? others[path[1]]
                    guard let known, !known.contains(path[2]) else { continue }
                    problems.append(
                        "\(subject).\(name).params.\(parameter): '${\(reference)}': '\(path[1])' has no output "
                            + "'\(path[2])'; it has \(known.sorted().joined(separator: ", "))")
                }
            }
        }
    }
}

extension Template {
    /// - Parameter parts: in any form; literals beside each other become one.
    fileprivate init(joining parts: [Part]) {
        var joined: [Part] = []
        for part in parts {
            guard case .literal(let text) = part else {
                joined.append(part)
                continue
            }
            if text.isEmpty { continue }
            if case .literal(let before)? = joined.last {
                joined[joined.count - 1] = .literal(before + text)
            } else {
                joined.append(part)
            }
        }
        self.init(parts: joined)
    }
}
