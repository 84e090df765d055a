import TestSupport

/// What happens to one application, from a seed.
struct OperationGenerator: Sendable {
    private static let environments = ["development", "production"]

    let name: String
    private var generator: SeededGenerator
    /// Every commit that was pushed to the default branch.
    private var commits: [String] = []
    private var tags: [String] = []
    /// Every name that it had; the last is that of now.
    private var names: [String]

    init(name: String, seed: UInt64) {
        self.name = name
        names = [name]
        generator = SeededGenerator(seed, name, "operations")
    }

    mutating func next() -> Operation {
        guard !commits.isEmpty else { return push() }
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<24: return push()
        case 24..<26: return names.count > 1 ? stalePush() : push()
        case 26..<32: return .forcePush(commit: pick(commits))
        case 32..<42: return tag()
        case 42..<47: return .repeatDelivery
        case 47..<59: return .set(version(), environment: environment())
        case 59..<68: return .rollback(chance(1, of: 2) ? nil : version(), environment: environment())
        case 68..<71: return .hold(environment: environment())
        case 71..<76: return promote()
        case 76..<79: return .reject(version())
        case 79..<82: return .readmit(version())
        case 82..<86: return .releaseHold(environment: environment())
        case 86..<89: return rename()
        default: return .ask(pick(Operation.Lifecycle.allCases), target: pick(["a", "b", "p"]))
        }
    }

    private mutating func push() -> Operation {
        let kind = chance(1, of: 5) ? "bad" : "good"
        let commit = "\(name)-\(kind)-\(commits.count)"
        commits.append(commit)
        return .push(commit: commit)
    }

    private mutating func stalePush() -> Operation {
        guard case .push(let commit) = push() else { return push() }
        return .stalePush(commit: commit, name: names[names.count - 2])
    }

    private mutating func rename() -> Operation {
        // Back to what it was called at first, at times.
        let isBack = names.last != name && chance(1, of: 3)
        names.append(isBack ? name : "\(name)-named-\(names.count)")
        return .rename(names[names.count - 1])
    }

    /// At times one that is there, of another commit perhaps.
    private mutating func tag() -> Operation {
        if tags.isEmpty || !chance(1, of: 4) { tags.append("v\(chance(1, of: 6) ? "bad" : "").\(tags.count)") }
        return .tag(chance(1, of: 4) ? pick(tags) : tags[tags.count - 1], commit: pick(commits))
    }

    private mutating func promote() -> Operation {
        .promote(
            from: environment(), to: chance(2, of: 3) ? nil : environment(),
            version: chance(2, of: 3) ? nil : version())
    }

    private mutating func version() -> String { chance(1, of: 8) ? "unheard-of" : pick(commits + tags) }
    private mutating func environment() -> String { pick(Self.environments) }
    private mutating func chance(_ count: Int, of all: Int) -> Bool {
        Int.random(in: 0..<all, using: &generator) < count
    }
    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }
}
