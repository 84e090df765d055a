/// A repository while it is resolved: what it looks definitions up in, and those that are put together already.
final class RepositoryView {
    let source: RepositorySource
    /// What it inherits, in the order in which slugs are looked up; nil where that is not known. Not itself, which would
    /// keep it alive for ever.
    var inherited: [RepositoryView]?
    /// Its own that are right, by slug.
    private(set) var assembled: [String: AssembledDefinition] = [:]
    private var wrong: Set<String> = []

    enum Outcome {
        case assembled(AssembledDefinition)
        case wrong
    }

    init(_ source: RepositorySource) {
        self.source = source
        assembled.reserveCapacity(source.definitions.count)
    }

    /// What became of a definition of its own; nil for one that was not looked at.
    func outcome(_ slug: String) -> Outcome? {
        if let known = assembled[slug] { return .assembled(known) }
        return wrong.contains(slug) ? .wrong : nil
    }

    func keep(_ definition: AssembledDefinition?, as slug: String) {
        if let definition { assembled[slug] = definition } else { wrong.insert(slug) }
    }

    /// The nearest repository with what a definition of this one extends. One of its own name is an inherited one.
    func place(of name: String, extendedBy slug: String) -> RepositoryView? {
        if name != slug, source.definitions[name] != nil { return self }
        return inherited?.first { $0.source.definitions[name] != nil }
    }
}
