import Formats

/// Checks what the definitions of one repository, its own and inherited, name in `oneOf` and `requires`.
///
/// Both are looked up in the repository that a world names, so that what it overrides counts for inherited definitions,
/// too; hence an inherited definition is checked again in each repository that inherits it.
struct ViewCheck {
    struct Problem: Hashable {
        let repository: String
        let slug: String
        let path: DocumentPath
        let message: String
    }

    private let catalogue: ResourceCatalogue
    private let view: String
    /// `FILE:LINE` of a place in the file of a slug.
    private let line: (_ repository: String, _ slug: String, DocumentPath) -> String
    private(set) var problems: [Problem] = []

    init(
        _ catalogue: ResourceCatalogue, view: String, line: @escaping (String, String, DocumentPath) -> String
    ) {
        self.catalogue = catalogue
        self.view = view
        self.line = line
    }

    mutating func check() {
        let naming = naming
        for slug in naming {
            switch entry(slug) {
            case .choice(let choice, let repository): check(choice, repository)
            case .definition(let definition, let repository): check(definition, repository)
            case nil: break
            }
        }
        let walk = Walk(naming, next: next)
        for cycle in walk.cycles { report(cycle) }
        if walk.cycles.isEmpty { checkSizes(walk.order) }
    }

    /// The slugs that lead to others.
    private var naming: [String] {
        var found: Set<String> = []
        for name in catalogue.repositories[view]?.order ?? [] {
            guard let repository = catalogue.repositories[name] else { continue }
            found.formUnion(repository.choices.keys)
            for (slug, definition) in repository.definitions where !definition.requires.isEmpty { found.insert(slug) }
        }
        return found.filter { !next($0).isEmpty }.sorted()
    }

    private func entry(_ slug: String) -> ResourceCatalogue.Entry? { catalogue.entry(slug, through: view) }

    /// What a slug leads to.
    private func next(_ slug: String) -> [String] {
        switch entry(slug) {
        case .choice(let choice, _): choice.oneOf
        case .definition(let definition, _): definition.requires.sorted { $0.key < $1.key }.map(\.value.slug)
        case nil: []
        }
    }

    private mutating func check(_ choice: ResourceChoice, _ repository: String) {
        for (index, slug) in choice.oneOf.enumerated() where entry(slug) == nil {
            fail(repository, choice.slug, DefinitionFormat.path(oneOf: index), unknown(slug))
        }
    }

    private mutating func check(_ definition: ResourceDefinition, _ repository: String) {
        for (name, requirement) in definition.requires.sorted(by: { $0.key < $1.key }) {
            let path = DefinitionFormat.path(requires: name)
            guard entry(requirement.slug) != nil else {
                fail(repository, definition.slug, path, unknown(requirement.slug))
                continue
            }
            for served in catalogue.definitions(of: requirement.slug, through: view) {
                var check = ParameterCheck(definition: served, isDeveloper: false)
                check.read(requirement)
                for problem in check.problems {
                    let place = path.appending(RequirementFormat.params.name).appending(problem.parameter)
                    fail(repository, definition.slug, place, problem.message)
                }
                checkReferences(definition, repository, to: name, served)
            }
        }
    }

    private mutating func checkReferences(
        _ definition: ResourceDefinition, _ repository: String, to name: String, _ served: ResourceDefinition
    ) {
        for (path, template) in DefinitionFormat.texts(of: definition) {
            for reference in template.references.map(\.path)
            where reference.count == 3 && reference[0] == "requires" && reference[1] == name {
                guard served.outputs[reference[2]] == nil else { continue }
                let known = served.outputs.keys.sorted()
                let hint = NearestName.hint(reference[2], in: known)
                let listing = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
                fail(
                    repository, definition.slug, path,
                    "'${\(reference.joined(separator: "."))}': the slug '\(served.slug)' has no output "
                        + "'\(reference[2])'\(hint.isEmpty ? listing : hint)")
            }
        }
    }

    private mutating func report(_ names: [String]) {
        let (catalogue, view, line) = (catalogue, view, line)
        let entry = { (slug: String) in catalogue.entry(slug, through: view) }
        let path = { (slug: String, next: String) -> DocumentPath in
            switch entry(slug) {
            case .choice(let choice, _): DefinitionFormat.path(oneOf: choice.oneOf.firstIndex(of: next) ?? 0)
            case .definition(let definition, _):
                DefinitionFormat.path(
                    requires: definition.requires.filter { $0.value.slug == next }.keys.min() ?? "")
            case nil: .root
            }
        }
        let cycle = Cycle(names) { slug, next in line(entry(slug)?.repository ?? "", slug, path(slug, next)) }
        fail(
            entry(cycle.first)?.repository ?? "", cycle.first, path(cycle.first, cycle.second),
            "a slug cannot require itself: \(cycle)")
    }

    /// One that requires another twice has it made twice: without a bound, a few files could ask for any number.
    private mutating func checkSizes(_ order: [String]) {
        let most = ResourceResolver.maximumResources
        var sizes: [String: Int] = [:]
        for slug in order {
            let size = next(slug).reduce(1) { $0 + (sizes[$1] ?? 1) }
            // Those that lead to it are not to blame.
            sizes[slug] = size > most ? 1 : size
            guard size > most, let entry = entry(slug) else { continue }
            fail(
                entry.repository, slug, DocumentPath(DefinitionFormat.slug.name),
                "it leads to more than \(most) definitions, each counted as often as it is required")
        }
    }

    private func unknown(_ slug: String) -> String {
        let elsewhere = catalogue.repositories.values.filter { $0.slugs.contains(slug) }.map(\.name).min()
        return "there is no slug '\(slug)' in '\(view)' or what it inherits"
            + (elsewhere.map { "; '\($0)' has it: add it to 'inherits'" }
                ?? NearestName.hint(slug, in: catalogue.entries(through: view).keys.sorted()))
    }

    private mutating func fail(_ repository: String, _ slug: String, _ path: DocumentPath, _ message: String) {
        problems.append(Problem(repository: repository, slug: slug, path: path, message: message))
    }
}
