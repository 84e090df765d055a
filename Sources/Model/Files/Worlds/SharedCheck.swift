import Core
public import Formats

/// Checks what worlds declare for everyone against the resource repositories.
public enum SharedCheck {
    /// What only an instance has: a resource of the world has none of these.
    private static let ofInstances = ["application", "environment", "target"]

    /// What is wrong, with where it is written.
    /// - Parameters:
    ///   - worlds: every world, as the files declare them together.
    ///   - isWhole: whether all repositories are there; else worlds of others are passed over.
    public static func problems(
        in files: [WorldFile], worlds: [World], catalogue: ResourceCatalogue, isWhole: Bool = true
    ) -> [Diagnostic] {
        files.flatMap(\.declarations).flatMap { declaration -> [Diagnostic] in
            guard case .world(let written, _, _) = declaration.document,
                let world = worlds.first(where: { $0.name == written.name }),
                isWhole || written.resourceRepositories.allSatisfy({ catalogue.repositories[$0] != nil })
            else { return [] }
            return problems(of: world, worlds: worlds, catalogue: catalogue).map { problem in
                declaration.source.diagnostic(problem.path, problem.message)
            }
        }.sorted { ($0.file, $0.position) < ($1.file, $1.position) }
    }

    /// What is wrong with one world, however it was declared.
    public static func problems(
        of world: World, worlds: [World], catalogue: ResourceCatalogue
    ) -> [(path: DocumentPath, message: String)] {
        world.shared.sorted { $0.key < $1.key }.flatMap { name, requirement in
            problems(with: requirement, named: name, in: world, worlds, catalogue).map { path, message in
                (path.reduce(DocumentPath(WorldFormat.shared.name, name)) { $0.appending($1) }, message)
            }
        }
    }

    private static func problems(
        with requirement: Requirement, named name: String, in world: World, _ worlds: [World],
        _ catalogue: ResourceCatalogue
    ) -> [(path: [String], message: String)] {
        guard let offer = catalogue.offer(requirement.slug, in: world) else {
            return [([], catalogue.unknown(requirement.slug, in: world, worlds: worlds))]
        }
        if let obstacle = offer.unavailable {
            return [([], "the slug '\(requirement.slug)' cannot be used here: \(obstacle)")]
        }
        var check = ParameterCheck(definition: offer.definition, isDeveloper: false)
        check.read(requirement)
        let wrong = check.problems.map { ($0.parameter, $0.message) } + exposed(requirement, offer.definition)
        guard wrong.isEmpty else { return wrong.map { ([SharedFormat.params.name, $0.0], $0.1) } }
        let plan = RequirementPlan(shared: [name: requirement], in: world, worlds: worlds, catalogue: catalogue)
        let prefix = "\(WorldFormat.shared.name).\(name)."
        let below = plan.problems.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
        return (below + plan.requirements.flatMap(references)).map { ([], $0) }
    }

    /// What the server's variables and files hold is shown to nobody.
    private static func exposed(
        _ requirement: Requirement, _ definition: ResourceDefinition
    ) -> [(parameter: String, message: String)] {
        Set(requirement.templates.keys).union(requirement.secrets.keys).sorted()
            .filter { definition.parameters[$0]?.isSecret == false }
            .map { name in
                (
                    name,
                    "'${env:…}' and '${file:…}' are for secrets, and '\(name)' of the slug '\(definition.slug)' is shown "
                        + "to everyone: write its value, or let its definition say 'secret: true'"
                )
            }
    }

    /// What only an instance can be given.
    private static func isReserved(_ requirement: ResolvedRequirement) -> Bool {
        requirement.capability == Capability.local.rawValue && requirement.template["kind"] == "port"
    }

    private static func references(of requirement: ResolvedRequirement) -> [String] {
        guard !isReserved(requirement) else {
            return ["the slug '\(requirement.slug)' cannot be shared: a port is reserved for one instance"]
        }
        let texts =
            requirement.values.map(\.value)
            + requirement.outputs.values.compactMap { output in
                if case .text(let template, _) = output { template } else { nil }
            }
        let names = Set(texts.flatMap(\.references).filter { $0.path.count == 1 }.map { $0.path[0] })
        return ofInstances.filter(names.contains).map { name in
            "the slug '\(requirement.slug)' cannot be shared: it refers to '${\(name)}', which only an instance has"
        }
    }
}
