import Core
import Formats

extension ResourceCatalogue {
    /// A requirement and what serves it.
    public struct Match: Sendable, Equatable {
        public let definition: ResourceDefinition
        /// The repository that the definition comes from.
        public let repository: String
        /// Every parameter of the definition, as text.
        public let parameters: [String: String]

        public init(definition: ResourceDefinition, repository: String, parameters: [String: String]) {
            self.definition = definition
            self.repository = repository
            self.parameters = parameters
        }
    }

    /// Either what serves a requirement or all that stands against it, one sentence each.
    public enum Answer: Sendable, Equatable {
        case match(Match)
        case refused([String])
    }

    /// Finds what serves a requirement in a world.
    /// - Parameters:
    ///   - name: the requirement's name in the service's file.
    ///   - worlds: every world, to say where an unknown slug exists.
    public func match(_ requirement: Requirement, named name: String, in world: World, worlds: [World]) -> Answer {
        let subject = "requires.\(name): "
        guard let offer = offer(requirement.slug, in: world) else {
            return .refused([subject + unknown(requirement.slug, in: world, worlds: worlds)])
        }
        if let obstacle = offer.unavailable {
            return .refused(["\(subject)the slug '\(requirement.slug)' cannot be used here: \(obstacle)"])
        }
        var check = ParameterCheck(definition: offer.definition)
        check.read(requirement.parameters)
        guard check.problems.isEmpty else {
            return .refused(check.problems.map { "requires.\(name).params.\($0)" })
        }
        return .match(Match(definition: offer.definition, repository: offer.repository, parameters: check.parameters))
    }

    private func unknown(_ slug: String, in world: World, worlds: [World]) -> String {
        let known = offers(in: world).map(\.definition.slug)
        let others = worlds.filter { $0.name != world.name && offer(slug, in: $0) != nil }.map(\.name).sorted()
        let hint = NearestName.hint(slug, in: known)
        let elsewhere = others.isEmpty ? "" : "; it is there in \(others.joined(separator: ", "))"
        let listing = known.isEmpty ? "; it has no resource repositories" : "; there is \(listed(known))"
        return "there is no slug '\(slug)' in the world '\(world.name)'\(elsewhere)"
            + (hint.isEmpty && others.isEmpty ? listing : hint)
    }

    private func listed(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", …" : "")
    }
}

/// Checks the parameters of a requirement against a definition, and fills in the defaults.
private struct ParameterCheck {
    let definition: ResourceDefinition
    private(set) var parameters: [String: String] = [:]
    private(set) var problems: [String] = []

    init(definition: ResourceDefinition) { self.definition = definition }

    mutating func read(_ given: [String: JSONValue]) {
        parameters = definition.parameters.compactMapValues(\.defaultValue)
        for (name, value) in given.sorted(by: { $0.key < $1.key }) { read(name, value) }
        for (name, parameter) in definition.parameters.sorted(by: { $0.key < $1.key })
        where parameter.isRequired && given[name] == nil {
            problems.append("\(name): the slug '\(definition.slug)' needs it")
        }
    }

    private mutating func read(_ name: String, _ value: JSONValue) {
        guard let parameter = definition.parameters[name] else {
            let known = definition.parameters.filter(\.value.isDeveloper).keys.sorted()
            let hint = NearestName.hint(name, in: known)
            let listing = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
            problems.append(
                "\(name): no such parameter of the slug '\(definition.slug)'\(hint.isEmpty ? "; \(listing)" : hint)")
            return
        }
        guard parameter.isDeveloper else {
            problems.append("\(name): the definition of '\(definition.slug)' fixes it; leave it out")
            return
        }
        switch parameter.text(of: value) {
        case .text(let text): parameters[name] = text
        case .problem(let problem): problems.append("\(name): \(problem)")
        }
    }
}
