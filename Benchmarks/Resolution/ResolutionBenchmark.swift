import Formats
import Glibc
import Model

/// Measures the processor time that it takes to resolve 2,000 slugs through six levels of repositories: `swift run -c release
/// resolution-benchmark`. Every slug is defined at the lowest level and changed at each of the five above.
@main enum ResolutionBenchmark {
    private static let slugs = 2000
    private static let levels = 6
    private static let rounds = 21

    static func main() throws {
        let clock = ProcessorTime()
        var sources: [RepositorySource] = []
        let reading = try clock.measure { sources = try (0..<levels).map(repository) }
        var catalogue = ResourceCatalogue([])
        let resolving = try (0..<rounds).map { _ in
            try clock.measure { catalogue = try ResourceCatalogue.resolve(sources).get() }
        }
        let world = World(name: "here", capabilities: [.local], resourceRepositories: ["level\(levels - 1)"])
        var count = 0
        let offering = (0..<rounds).map { _ in clock.measure { count = catalogue.offers(in: world).count } }
        let depth = catalogue.offer("slug0", in: world)?.definition.lineage.count ?? 0
        guard !CommandLine.arguments.contains("--json") else {
            return print(#"{"cpu_ms": \#(median(resolving) / .milliseconds(1)), "definitions": \#(slugs * levels)}"#)
        }
        print("\(count) slugs, each through \(depth + 1) definitions (\(slugs * levels) files)")
        print("read once:               \(milliseconds(reading))")
        print("resolved, median of \(rounds):  \(milliseconds(median(resolving))) (goal 50 ms)")
        print("offers of a world:       \(milliseconds(median(offering)))")
    }

    private static func repository(_ level: Int) throws -> RepositorySource {
        var files = ["repository.yaml": Array("repository: level\(level)\ninherits: [\(base(level))]".utf8)]
        for slug in 0..<slugs {
            let text =
                level == 0
                ? """
                slug: slug\(slug)
                description: Number \(slug)
                capability: local
                parameters: { size: { type: integer, default: 3, maximum: 9 }, name: { default: a }, zone: {} }
                template: { kind: secret }
                values: { length: "${params.size}0", name: "${params.name}-${application}" }
                outputs: { value: { from: value, secret: true }, url: { value: "x://${outputs.value}@${params.zone}" } }
                """ : "slug: slug\(slug)\nextends: slug\(slug)\nparameters: { size: { default: \(level) } }\n"
            files["slug\(slug).yaml"] = Array(text.utf8)
        }
        return try RepositorySource.parse(folder: "level\(level)", files: files).get()
    }

    private static func base(_ level: Int) -> String { level == 0 ? "" : "level\(level - 1)" }

    private static func median(_ durations: [Duration]) -> Duration { durations.sorted()[durations.count / 2] }

    private static func milliseconds(_ duration: Duration) -> String {
        let tenths = duration / .microseconds(100)
        return "\((tenths).rounded() / 10) ms"
    }
}

/// Processor time of this process: on a busy machine the time of day says little.
private struct ProcessorTime {
    func measure(_ work: () throws -> Void) rethrows -> Duration {
        let before = now
        try work()
        return now - before
    }

    private var now: Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
