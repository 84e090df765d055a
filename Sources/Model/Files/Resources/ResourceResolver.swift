import Formats

/// Makes a catalogue of repositories as they are written.
struct ResourceResolver {
    /// More than anybody means; it bounds what one requirement of a service can ask for.
    static let maximumResources = 100

    /// What a definition and those that it extends say together.
    ///
    /// A class, since it is large and handed around for each of thousands.
    private final class Merged {
        let content: DefinitionContent
        let lineage: [ResourceDefinition.Ancestor]
        let definition: ResourceDefinition

        init(content: DefinitionContent, lineage: [ResourceDefinition.Ancestor], definition: ResourceDefinition) {
            self.content = content
            self.lineage = lineage
            self.definition = definition
        }
    }

    private let sources: [String: RepositorySource]
    private let orders: [String: [String]]
    private var diagnostics: [Diagnostic]
    /// By repository and slug; nil for one that has an error.
    private var merged: [String: [String: Merged?]] = [:]
    /// The definitions from the one that was asked for to the one that is looked at, each extending the next.
    private var path: [ResourceDefinition.Ancestor] = []

    init(_ sources: [RepositorySource]) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let inheritance = InheritanceOrder(self.sources)
        orders = inheritance.orders
        diagnostics = inheritance.diagnostics
    }

    mutating func resolve() -> Parsed<ResourceCatalogue> {
        var repositories: [ResourceRepository] = []
        for source in sources.values.sorted(by: { $0.name < $1.name }) {
            guard let order = orders[source.name] else { continue }
            var definitions: [ResourceDefinition] = []
            var choices: [ResourceChoice] = []
            for slug in source.definitions.keys.sorted() {
                if let written = source.definitions[slug], !written.oneOf.isEmpty {
                    choices.append(
                        ResourceChoice(
                            slug: slug, description: written.content.description ?? "", oneOf: written.oneOf))
                } else if let definition = merge(slug, of: source)?.definition {
                    definitions.append(definition)
                }
            }
            repositories.append(
                ResourceRepository(
                    name: source.name, description: source.description, inherits: source.inherits, order: order,
                    definitions: definitions, choices: choices, origin: source.origin))
        }
        let catalogue = ResourceCatalogue(repositories)
        if diagnostics.isEmpty { checkViews(catalogue) }
        guard diagnostics.isEmpty else {
            let sorted = diagnostics.sorted { ($0.file, $0.position) < ($1.file, $1.position) }
            return Parsed(value: nil, diagnostics: sorted)
        }
        return Parsed(value: catalogue, diagnostics: [])
    }

    /// A problem that a definition has where it is written is not repeated for those who inherit it.
    private mutating func checkViews(_ catalogue: ResourceCatalogue) {
        let sources = sources
        var own: Set<ViewCheck.Problem> = []
        var inherited: [(view: String, ViewCheck.Problem)] = []
        for name in sources.keys.sorted() {
            var check = ViewCheck(catalogue, view: name) { repository, slug, path in
                sources[repository]?.definitions[slug]?.document.line(of: path) ?? ""
            }
            check.check()
            own.formUnion(check.problems.filter { $0.repository == name })
            inherited += check.problems.filter { $0.repository != name }.map { (name, $0) }
        }
        let places = Set(own.map { [$0.repository, $0.slug, "\($0.path)"] })
        for problem in own { report(problem, "") }
        for (view, problem) in inherited
        where !places.contains([problem.repository, problem.slug, "\(problem.path)"]) {
            report(problem, "; so it is in '\(view)', which inherits this")
        }
    }

    private mutating func report(_ problem: ViewCheck.Problem, _ suffix: String) {
        guard let source = sources[problem.repository]?.definitions[problem.slug] else { return }
        diagnostics.append(source.document.diagnostic(problem.path, problem.message + suffix))
    }

    private mutating func merge(_ slug: String, of repository: RepositorySource) -> Merged? {
        if let known = merged[repository.name]?[slug] { return known }
        guard let source = repository.definitions[slug] else { return nil }
        path.append(ResourceDefinition.Ancestor(slug: slug, repository: repository.name))
        let found = merge(source, of: repository)
        path.removeLast()
        merged[repository.name, default: [:]].updateValue(found, forKey: slug)
        return found
    }

    private mutating func merge(_ source: DefinitionSource, of repository: RepositorySource) -> Merged? {
        guard let extended = source.extends else {
            return assemble(source, source.content, base: nil, lineage: [])
        }
        guard let base = base(extended, of: source, in: repository) else { return nil }
        if let choice = base.definitions[extended], !choice.oneOf.isEmpty {
            fail(
                source,
                "'\(extended)' stands for one of \(choice.oneOf.joined(separator: ", ")); extend one of those")
            return nil
        }
        let next = ResourceDefinition.Ancestor(slug: extended, repository: base.name)
        if let start = path.firstIndex(of: next) {
            reportCycle(path[start...].map(\.slug), in: repository)
            return nil
        }
        guard path.count < InheritanceOrder.maximumDepth else {
            fail(source, "more than \(InheritanceOrder.maximumDepth) definitions extend each other")
            return nil
        }
        guard let below = merge(extended, of: base) else { return nil }
        return assemble(
            source, source.content.over(below.content), base: below.definition, lineage: [next] + below.lineage)
    }

    private mutating func assemble(
        _ source: DefinitionSource, _ content: DefinitionContent, base: ResourceDefinition?,
        lineage: [ResourceDefinition.Ancestor]
    ) -> Merged? {
        let found = Diagnostics(file: source.document.file)
        let place = source.place(found)
        let assembly = DefinitionAssembly(
            slug: source.slug, content: content, place: place, base: base, written: source.content)
        var definition = assembly.definition()
        definition.lineage = lineage
        guard found.isEmpty else {
            diagnostics += found.sorted
            return nil
        }
        return Merged(content: content, lineage: lineage, definition: definition)
    }

    /// The repository that has the definition which `source` extends. One of its own name is an inherited one.
    private mutating func base(
        _ name: String, of source: DefinitionSource, in repository: RepositorySource
    ) -> RepositorySource? {
        let names = orders[repository.name] ?? []
        for other in name == source.slug ? names.dropFirst() : names[...] {
            if let found = sources[other], found.definitions[name] != nil { return found }
        }
        let order = names.compactMap { sources[$0] }
        let candidates = name == source.slug ? order.dropFirst() : order[...]
        let inherited = order.dropFirst().map { "'\($0.name)'" }.joined(separator: ", ")
        let places = inherited.isEmpty ? "and 'inherits' names no other" : "or in \(inherited), which it inherits"
        let known = Set(candidates.flatMap(\.definitions.keys)).subtracting([source.slug])
        let elsewhere = sources.values.filter { $0.definitions[name] != nil && !names.contains($0.name) }
        let hint = elsewhere.map(\.name).min().map { "; '\($0)' has it: add it to 'inherits'" }
        fail(
            source,
            name == source.slug
                ? "nothing that '\(repository.name)' inherits has '\(name)', so there is nothing to extend"
                : "there is no '\(name)' in '\(repository.name)' \(places)"
                    + (hint ?? NearestName.hint(name, in: known.sorted()))
        )
        return nil
    }

    /// A cycle cannot leave a repository: those that are inherited know nothing of it.
    private mutating func reportCycle(_ slugs: [String], in repository: RepositorySource) {
        let cycle = Cycle(slugs) { slug, _ in
            repository.definitions[slug]?.document.line(of: DefinitionFormat.extendsPath) ?? ""
        }
        guard let first = repository.definitions[cycle.first] else { return }
        fail(first, "a definition cannot extend itself: \(cycle)")
    }

    private mutating func fail(_ source: DefinitionSource, _ message: String) {
        diagnostics.append(source.document.diagnostic(DefinitionFormat.extendsPath, message))
    }
}
