import Formats

/// Makes a catalogue of repositories as they are written.
struct ResourceResolver {
    /// More than anybody means; it bounds what one requirement of a service can ask for.
    static let maximumResources = 100

    private let sources: [String: RepositorySource]
    private let views: [String: RepositoryView]
    private var diagnostics: [Diagnostic]
    /// The definitions from the one that was asked for to the one that is looked at, each extending the next.
    private var path: [ResourceDefinition.Ancestor] = []

    init(_ sources: [RepositorySource]) {
        self.sources = Dictionary(sources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let inheritance = InheritanceOrder(self.sources)
        diagnostics = inheritance.diagnostics
        let views = self.sources.mapValues(RepositoryView.init)
        for (name, order) in inheritance.orders {
            views[name]?.inherited = order.dropFirst().compactMap { views[$0] }
        }
        self.views = views
    }

    mutating func resolve() -> Parsed<ResourceCatalogue> {
        let sound = views.values.filter { $0.inherited != nil }.sorted { $0.source.name < $1.source.name }
        let catalogue = ResourceCatalogue(sound.map { repository($0) })
        if diagnostics.isEmpty { checkViews(catalogue) }
        guard diagnostics.isEmpty else {
            let sorted = diagnostics.sorted {
                ($0.file, $0.position, $0.message) < ($1.file, $1.position, $1.message)
            }
            return Parsed(value: nil, diagnostics: sorted)
        }
        return Parsed(value: catalogue, diagnostics: [])
    }

    /// Without what is wrong in it.
    private mutating func repository(_ view: RepositoryView) -> ResourceRepository {
        var choices: [String: ResourceChoice] = [:]
        for written in view.source.sorted {
            if written.oneOf.isEmpty {
                _ = assemble(written, in: view)
            } else {
                choices[written.slug] = ResourceChoice(
                    slug: written.slug, description: written.content.description ?? "", oneOf: written.oneOf)
            }
        }
        return ResourceRepository(
            view.source, order: [view.source.name] + (view.inherited ?? []).map(\.source.name),
            definitions: view.assembled.mapValues(\.definition), choices: choices)
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

    private mutating func assemble(_ source: DefinitionSource, in view: RepositoryView) -> AssembledDefinition? {
        switch view.outcome(source.slug) {
        case .assembled(let known): return known
        case .wrong: return nil
        case nil: break
        }
        path.append(ResourceDefinition.Ancestor(slug: source.slug, repository: view.source.name))
        let found = assembleAnew(source, in: view)
        path.removeLast()
        view.keep(found, as: source.slug)
        return found
    }

    private mutating func assembleAnew(_ source: DefinitionSource, in view: RepositoryView) -> AssembledDefinition? {
        guard let extended = source.extends else { return put(source, over: nil, lineage: []) }
        guard let place = view.place(of: extended, extendedBy: source.slug) else {
            reportMissing(extended, of: source, in: view)
            return nil
        }
        let next = ResourceDefinition.Ancestor(slug: extended, repository: place.source.name)
        guard let base = base(next, in: place, of: source) else { return nil }
        return put(source, over: base, lineage: CollectionOfOne(next) + base.definition.lineage)
    }

    private mutating func base(
        _ next: ResourceDefinition.Ancestor, in place: RepositoryView, of source: DefinitionSource
    ) -> AssembledDefinition? {
        if path.count < InheritanceOrder.maximumDepth, case .assembled(let known)? = place.outcome(next.slug) {
            return known
        }
        guard let below = place.source.definitions[next.slug], isAllowed(next, below, in: place, for: source)
        else { return nil }
        return assemble(below, in: place)
    }

    /// Whether a definition that is not put together yet may be extended. What is wrong is reported.
    private mutating func isAllowed(
        _ next: ResourceDefinition.Ancestor, _ below: DefinitionSource, in place: RepositoryView,
        for source: DefinitionSource
    ) -> Bool {
        if !below.oneOf.isEmpty {
            let choices = below.oneOf.joined(separator: ", ")
            fail(source, "'\(next.slug)' stands for one of \(choices); extend one of those")
            return false
        }
        if let start = path.firstIndex(of: next) {
            reportCycle(path[start...].map(\.slug), in: place.source)
            return false
        }
        guard path.count < InheritanceOrder.maximumDepth else {
            fail(source, "more than \(InheritanceOrder.maximumDepth) definitions extend each other")
            return false
        }
        return true
    }

    private mutating func put(
        _ source: DefinitionSource, over base: AssembledDefinition?, lineage: [ResourceDefinition.Ancestor]
    ) -> AssembledDefinition? {
        let found = Diagnostics(file: source.document.file)
        let assembly = DefinitionAssembly(source, over: base, reportingTo: found)
        let assembled = assembly.assembled(lineage: lineage)
        guard found.isEmpty else {
            diagnostics += found.sorted
            return nil
        }
        return assembled
    }

    private mutating func reportMissing(_ name: String, of source: DefinitionSource, in view: RepositoryView) {
        let repository = view.source.name
        guard name != source.slug else {
            fail(source, "nothing that '\(repository)' inherits has '\(name)', so there is nothing to extend")
            return
        }
        let inherited = (view.inherited ?? []).map(\.source)
        let names = inherited.map { "'\($0.name)'" }.joined(separator: ", ")
        let places = names.isEmpty ? "and 'inherits' names no other" : "or in \(names), which it inherits"
        let elsewhere = sources.values.filter { $0.definitions[name] != nil }.map(\.name).min()
        let known = Set(([view.source] + inherited).flatMap(\.definitions.keys)).subtracting([source.slug])
        let hint = elsewhere.map { "; '\($0)' has it: add it to 'inherits'" }
        fail(
            source,
            "there is no '\(name)' in '\(repository)' \(places)" + (hint ?? NearestName.hint(name, in: known.sorted())))
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
