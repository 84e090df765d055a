import Core
import Formats
import Model
import Testing

/// Random repositories, resolved and by a naive reading of the rules.
@Suite struct RandomRepositoryTests {
    private struct File {
        var extends: String?
        var oneOf: [String] = []
        var parameters: [String: Int] = [:]
        var isServed = true
    }

    private struct Random {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }

        /// Some of `names`, in any order.
        mutating func some(_ names: [String], _ most: Int) -> [String] {
            var left = names
            return (0..<min(below(most + 1), names.count)).map { _ in left.remove(at: below(left.count)) }
        }
    }

    private struct Naive {
        let inherits: [String: [String]]
        let files: [String: [String: File]]

        /// All ways written out, the last place of each repository kept: so none is before one that inherits it.
        func order(_ name: String) -> [String] {
            func ways(_ name: String) -> [String] { [name] + (inherits[name] ?? []).flatMap(ways) }
            return ways(name).reversed().reduce(into: []) { if !$0.contains($1) { $0.append($1) } }.reversed()
        }

        func parameters(_ slug: String, of repository: String) -> [String: Int]? {
            guard let file = files[repository]?[slug] else { return nil }
            guard let extended = file.extends else { return file.parameters }
            let places = order(repository).filter { $0 != repository || extended != slug }
            guard let place = places.first(where: { files[$0]?[extended] != nil }),
                let base = parameters(extended, of: place)
            else { return nil }
            return base.merging(file.parameters) { $1 }
        }

        /// The repository and slug that serve a slug in a world of these repositories.
        func served(_ slug: String, in world: [String]) -> (repository: String, slug: String)? {
            for through in world {
                guard let place = order(through).first(where: { files[$0]?[slug] != nil }) else { continue }
                return served(slug, of: place, through: through)
            }
            return nil
        }

        private func served(_ slug: String, of place: String, through: String) -> (String, String)? {
            guard let file = files[place]?[slug] else { return nil }
            guard !file.oneOf.isEmpty else { return isServed(slug, of: place) ? (place, slug) : nil }
            for other in file.oneOf {
                guard let place = order(through).first(where: { files[$0]?[other] != nil }),
                    let found = served(other, of: place, through: through)
                else { continue }
                return found
            }
            return nil
        }

        private func isServed(_ slug: String, of repository: String) -> Bool {
            guard let file = files[repository]?[slug] else { return false }
            guard file.isServed, let extended = file.extends else { return file.isServed }
            let places = order(repository).filter { $0 != repository || extended != slug }
            return places.first { files[$0]?[extended] != nil }.map { isServed(extended, of: $0) } ?? false
        }
    }

    private func make(_ random: inout Random) -> Naive {
        let names = ["r0", "r1", "r2", "r3", "r4"]
        var inherits: [String: [String]] = [:]
        var files: [String: [String: File]] = [:]
        for (index, name) in names.enumerated() {
            inherits[name] = random.some(Array(names[..<index]), 3)
            let naive = Naive(inherits: inherits, files: files)
            let below = naive.order(name).dropFirst()
            for slug in 0..<6 where random.below(2) == 0 {
                var file = File(isServed: random.below(4) > 0)
                for parameter in ["a", "b", "c"] where random.below(2) == 0 {
                    file.parameters[parameter] = random.below(100)
                }
                // Definitions that lead nowhere else: of inherited repositories, or of lesser slugs here.
                let bases = (0...slug).map { "s\($0)" }.filter { base in
                    base != "s\(slug)" && files[name]?[base]?.oneOf.isEmpty == true
                        || files[name]?[base] == nil
                            && below.first { files[$0]?[base] != nil }
                                .map { files[$0]?[base]?.oneOf.isEmpty == true } == true
                }
                if random.below(2) == 0, !bases.isEmpty { file.extends = bases[random.below(bases.count)] }
                files[name, default: [:]]["s\(slug)"] = file
            }
            let reachable = Set(naive.order(name).flatMap { (files[$0] ?? [:]).keys }).filter { $0 < "s6" }.sorted()
            for choice in ["t0", "t1"] where random.below(2) == 0 {
                let members = random.some(reachable, 3)
                if !members.isEmpty { files[name, default: [:]][choice] = File(oneOf: members) }
            }
        }
        return Naive(inherits: inherits, files: files)
    }

    private func texts(_ naive: Naive) -> [String: String] {
        var texts: [String: String] = [:]
        for (name, inherited) in naive.inherits {
            texts["\(name)/repository.yaml"] = "repository: \(name)\ninherits: [\(inherited.joined(separator: ", "))]"
        }
        for (name, files) in naive.files {
            for (slug, file) in files {
                let parameters = file.parameters.map { "\($0.key): { type: integer, default: \($0.value) }" }
                let text =
                    if !file.oneOf.isEmpty { "oneOf: [\(file.oneOf.joined(separator: ", "))]" } else {
                        (file.extends.map { "extends: \($0)" } ?? "capability: local\ntemplate: { kind: port }")
                            + "\nparameters: { \(parameters.joined(separator: ", ")) }"
                            + (file.isServed ? "" : "\nvalues: { V: \"${world.parameters.missing}\" }")
                    }
                texts["\(name)/\(slug).yaml"] = "slug: \(slug)\n\(text)"
            }
        }
        return texts
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func areResolvedAsTheRulesSay(seed: UInt64) throws {
        var random = Random(state: seed &* 7919)
        let naive = make(&random)
        let catalogue = try resolve(texts(naive)).get()
        let named = random.some(naive.inherits.keys.sorted(), 2)
        let world = World(name: "w", capabilities: [.local], resourceRepositories: named)
        var expected: [String] = []
        var found: [String] = []
        for name in naive.inherits.keys.sorted() {
            expected.append("\(name): \(naive.order(name))")
            found.append("\(name): \(catalogue.repositories[name]?.order ?? [])")
        }
        for slug in (0..<6).map({ "s\($0)" }) + ["t0", "t1"] {
            let served = naive.served(slug, in: named)
            let wanted = served.flatMap { naive.parameters($0.slug, of: $0.repository) } ?? [:]
            expected.append(
                "\(slug): \(served.map { "\($0.repository)/\($0.slug)" } ?? "none") \(wanted.sorted { $0.key < $1.key })"
            )
            let offer = catalogue.offer(slug, in: world).flatMap { $0.unavailable == nil ? $0 : nil }
            let parameters = (offer?.definition.parameters ?? [:]).compactMapValues {
                $0.defaultValue.flatMap { Int($0) }
            }
            found.append(
                "\(slug): \(offer.map { "\($0.definitionRepository)/\($0.definition.slug)" } ?? "none") \(parameters.sorted { $0.key < $1.key })"
            )
        }
        #expect(found == expected)
    }
}
