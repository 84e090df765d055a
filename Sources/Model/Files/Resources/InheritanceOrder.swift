import Formats

/// Finds for each repository the order in which the repositories that it inherits are looked up.
///
/// Each is there once. A repository comes before all that it inherits, so that what it overrides counts whichever way
/// leads to it; else the order is that of `inherits`.
struct InheritanceOrder {
    /// More levels than anybody means; it bounds the recursion.
    static let maximumDepth = 64

    private let sources: [String: RepositorySource]
    /// By repository; none for one that is part of a cycle or leads to one, or to a repository that is not there.
    private(set) var orders: [String: [String]] = [:]
    private(set) var diagnostics: [Diagnostic] = []
    private var settled: Set<String> = []
    private var unsound: Set<String> = []
    /// The repositories from the one that was asked for to the one that is looked at.
    private var path: [String] = []

    init(_ sources: [String: RepositorySource]) {
        self.sources = sources
        for name in sources.keys.sorted() { visit(name) }
        for name in sources.keys.sorted() where !unsound.contains(name) { orders[name] = order(of: name) }
    }

    /// Looks for cycles and names that are not known.
    private mutating func visit(_ name: String) {
        guard let source = sources[name], !settled.contains(name) else { return }
        path.append(name)
        defer {
            path.removeLast()
            settled.insert(name)
        }
        for (index, inherited) in source.inherits.enumerated() {
            if sources[inherited] == nil {
                reportUnknown(inherited, source, index)
            } else if let start = path.firstIndex(of: inherited) {
                reportCycle(Array(path[start...]))
            } else if path.count >= InheritanceOrder.maximumDepth {
                diagnostics.append(
                    source.problem(
                        inherited: index, "more than \(InheritanceOrder.maximumDepth) levels of inheritance"))
                unsound.insert(name)
            } else {
                visit(inherited)
            }
            if sources[inherited] == nil || unsound.contains(inherited) { unsound.insert(name) }
        }
    }

    private mutating func reportUnknown(_ name: String, _ source: RepositorySource, _ index: Int) {
        let known = sources.keys.filter { $0 != source.name }.sorted()
        let hint = NearestName.hint(name, in: known)
        let listing = known.isEmpty ? "; there is no other" : "; there is \(known.joined(separator: ", "))"
        diagnostics.append(
            source.problem(
                inherited: index, "there is no resource repository '\(name)'\(hint.isEmpty ? listing : hint)"))
    }

    private mutating func reportCycle(_ names: [String]) {
        unsound.formUnion(names)
        let cycle = Cycle(names) { name, next in
            guard let source = sources[name], let index = source.inherits.firstIndex(of: next) else { return "" }
            return source.line(inherited: index)
        }
        guard let first = sources[cycle.first], let index = first.inherits.firstIndex(of: cycle.second) else { return }
        diagnostics.append(first.problem(inherited: index, "a repository cannot inherit itself: \(cycle)"))
    }

    /// A depth-first walk from the last to the first, written down backwards on the way out.
    private func order(of name: String) -> [String] {
        var seen: Set<String> = []
        var order: [String] = []
        func walk(_ name: String) {
            guard seen.insert(name).inserted else { return }
            for inherited in (sources[name]?.inherits ?? []).reversed() { walk(inherited) }
            order.append(name)
        }
        walk(name)
        return order.reversed()
    }
}

/// Names that lead back to the first, for people.
struct Cycle: CustomStringConvertible {
    let first: String
    /// The one that the first leads to; the first again for one that leads to itself.
    let second: String
    let description: String

    /// - Parameters:
    ///   - names: at least one, each leading to the next and the last to the first. The description starts at the
    ///     least, so that it is the same wherever the cycle was entered.
    ///   - place: where the first of two says that it leads to the second.
    init(_ names: [String], place: (String, String) -> String) {
        let start = names.indices.min { names[$0] < names[$1] } ?? 0
        let turned = Array(names[start...] + names[..<start])
        first = turned.first ?? ""
        second = turned.count > 1 ? turned[1] : first
        let steps = turned.enumerated().map { index, name in
            "\(name) (\(place(name, turned[(index + 1) % turned.count])))"
        }
        description = (steps + [first]).joined(separator: " → ")
    }
}
