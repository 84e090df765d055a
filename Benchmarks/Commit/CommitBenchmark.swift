import Core
import Crypto
import Glibc
import Model
import Store

/// Measures deployd's store under writers that each wait for their delivery to be durable before they write the next:
/// `commit-benchmark DIRECTORY SECONDS WRITERS GROUP`, where GROUP is how many writes go into one commit at most.
///
/// With a group of one each write is a transaction with a sync to the disk of its own, by the same thread and code.
@main enum CommitBenchmark {
    static func main() async throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst().compactMap(Int.init)
        guard let directory = words.first, numbers.count == 3 else {
            print("commit-benchmark DIRECTORY SECONDS WRITERS GROUP")
            exit(2)
        }
        let storage = try SQLiteStorage(
            directory: directory, masterKey: .random(), program: "benchmark", group: numbers[2])
        defer { storage.close() }
        // The first writes make the file grow and prepare the statements.
        _ = try await run(storage, for: .milliseconds(300), writers: numbers[1])
        let (commits, cpu) = (storage.statistics.commits, processorTime())
        let start = ContinuousClock.now
        let times = try await run(storage, for: .seconds(numbers[0]), writers: numbers[1]).sorted()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let used = processorTime() - cpu
        print(
            """
            {"rate": \(Double(times.count) / seconds), "cpu_us": \(used / .microseconds(1) / Double(times.count)), \
            "p50_ms": \(times[times.count / 2] / .milliseconds(1)), \
            "p99_ms": \(times[times.count * 99 / 100] / .milliseconds(1)), \
            "group": \(Double(times.count) / Double(storage.statistics.commits - commits)), "rss_mb": \(residentMB())}
            """)
    }

    /// - Returns: how long each write took.
    private static func run(_ storage: SQLiteStorage, for time: Duration, writers: Int) async throws -> [Duration] {
        let end = ContinuousClock.now + time
        return try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<writers {
                group.addTask {
                    var times: [Duration] = []
                    while ContinuousClock.now < end {
                        let start = ContinuousClock.now
                        let delivery = delivery()
                        try await storage.write { try $0.insert(delivery) }
                        times.append(ContinuousClock.now - start)
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    /// As one that a push has, accepted and not processed.
    private static func delivery() -> Delivery {
        let moment = SystemClock().now()
        let id = Identifier.make(at: moment)
        return Delivery(
            id: id,
            key: Delivery.Key(
                provider: "github", hook: "acme/hello", delivery: id,
                digest: "c0535e4be2b79ffd93291305436bf889314e4a3faec05ecffcbb7df31ad9e51a"),
            event: "push", repository: "acme/hello",
            content: .push(
                RepositoryEvent.Push(
                    reference: "refs/heads/main", before: nil, after: "6113728f27ae82c7b1a177c8d03f9e96e0adf246",
                    actor: "ada")),
            receivedAt: moment)
    }

    /// Of all threads: on a machine that does something else too, the time of day says little.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private static func residentMB() -> Double {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        let count = fread(&line, 1, line.count, file)
        let fields = line.prefix(count).split(separator: CChar(UInt8(ascii: " ")))
        let pages = fields.dropFirst().first.map { String(decoding: $0.map(UInt8.init(bitPattern:)), as: UTF8.self) }
        return Double(pages.flatMap(Int.init) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / Double(1 << 20)
    }
}
