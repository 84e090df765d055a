/// What the references of a text may name.
public struct ReferenceScope: Sendable, Hashable {
    private let patterns: [[String]]
    private let known: Set<[String]>

    /// - Parameter patterns: paths such as `version` and `requires.users.*`, and schemes such as `env:*`. A `*` at the
    ///   end stands for one name, or for all that follows a scheme.
    public init(_ patterns: [String]) {
        self.patterns = patterns.map(ReferenceScope.steps)
        known = Set(self.patterns)
    }

    /// What is wrong with a reference: that it is unknown, and the nearest that is known; nil for a good one.
    public func problem(with reference: Reference) -> String? {
        let steps = ReferenceScope.steps(reference)
        guard !known.contains(steps), !known.contains(steps.dropLast() + ["*"]) else { return nil }
        if let beside = beside(steps) {
            let hint = NearestName.hint("\(reference)", in: beside)
            return "unknown reference '${\(shortened("\(reference)"))}'"
                + (hint.isEmpty ? "; there is \(beside.joined(separator: ", "))" : hint)
        }
        let candidates = patterns.map { ReferenceScope.filled($0, from: steps) }
        let hint = NearestName.hint("\(reference)", in: candidates)
        let shown = shortened("\(reference)")
        let isVariable = steps.count == 1 && steps[0] == steps[0].uppercased()
        let literal = isVariable ? "; '$${\(shown)}' writes a literal '${\(shown)}'" : ""
        return "unknown reference '${\(shown)}'\(hint.isEmpty ? listing + literal : hint)"
    }

    /// What may be named in the last step's place, where all before it is right; nil where it is not.
    private func beside(_ steps: [String]) -> [String]? {
        guard steps.count > 1 else { return nil }
        let found = patterns.filter { $0.count == steps.count && $0.dropLast() == steps.dropLast() }
        return found.isEmpty ? nil : found.map(ReferenceScope.joined).sorted()
    }

    /// What may be named, as a list for people.
    private var listing: String {
        guard !patterns.isEmpty else { return "; nothing may be referred to here" }
        let names = patterns.map(ReferenceScope.joined).sorted()
        let shown = names.prefix(20).joined(separator: ", ")
        return "; known here: \(shown)\(names.count > 20 ? ", …" : "")"
    }

    private static func steps(_ reference: Reference) -> [String] {
        switch reference.target {
        case .path(let names): names
        case .scheme(let scheme, let argument): ["\(scheme):", argument]
        }
    }

    /// `a.b` as its names, `env:X` as `env:` and `X`.
    private static func steps(_ text: String) -> [String] {
        if let colon = text.firstIndex(of: ":") {
            return [String(text[...colon]), String(text[text.index(after: colon)...])]
        }
        return text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    private static func joined(_ steps: [String]) -> String {
        steps.first?.hasSuffix(":") == true ? steps.joined() : steps.joined(separator: ".")
    }

    /// The pattern with what the reference has in the places of `*`, so that only the rest counts as misspelt.
    private static func filled(_ pattern: [String], from steps: [String]) -> String {
        joined(pattern.enumerated().map { $1 == "*" && steps.indices.contains($0) ? steps[$0] : $1 })
    }
}
