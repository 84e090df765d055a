import Client
import Core
import TestSupport

/// Sends many deliveries over 16 connections as a reasonable sender does (scripts/test_parts/deliveries.py).
struct DeliverySender {
    struct Result {
        let acknowledged: Int
        /// What the sender saw that must not be.
        let problems: [String]
        let summary: String
        /// The kind of each delivery, by the id that the server gave it.
        let kinds: [String: String]

        /// How many were acknowledged and are not there, or did not come to their end.
        func lost(of stored: [String: Wire.Delivery.Status]) -> Int {
            kinds.count { id, kind in
                stored[id] != (["push", "again"].contains(kind) ? .processed : .ignored)
            }
        }
    }

    private let process: ChildProcess
    private let output: String
    private let record: String

    /// - Parameter seconds: over how long they are spread.
    init(
        count: Int, seconds: Int, seed: Int, _ projects: [(Project, [String])], _ server: RunningServer
    ) throws {
        let directory = server.folder.path
        output = "\(directory)/sender"
        record = "\(directory)/sent"
        let repositories = projects.map { project, commits in
            JSONValue.object([
                "name": .string(project.repository.name), "secret": .string(project.repository.secret),
                "commits": .array(commits.map(JSONValue.string)),
            ])
        }
        let plan: JSONValue = [
            "url": .string(server.url), "count": .integer(Int64(count)), "seconds": .integer(Int64(seconds)),
            "connections": 16, "seed": .integer(Int64(seed)), "record": .string(record),
            "repositories": .array(repositories),
        ]
        try writeFile(String(decoding: plan.bytes, as: UTF8.self), to: "\(directory)/plan.json")
        process = try ChildProcess(
            ["/usr/bin/python3", "\(ServerFolder.root)/scripts/test_parts/deliveries.py", "\(directory)/plan.json"],
            environment: ["PATH": "/usr/bin:/bin"], output: output, errors: output)
    }

    private var lines: [Substring] { readFile(output).split(separator: "\n") }

    /// How many are acknowledged by now.
    var acknowledged: Int { lines.last.flatMap { Int($0) } ?? 0 }

    /// Waits until every delivery was acknowledged or given up.
    func result() async throws -> Result {
        guard await process.wait(within: .seconds(1200)) == .exited(0), let last = lines.last,
            let json = try? JSONValue.parse(Array(last.utf8)), let acknowledged = json["acknowledged"]?.integer
        else { throw DeploydError(.internal, "the sender failed: \(readFile(output).suffix(2000))") }
        let expected: Set<String> = ["broken", "429", "503", "repeated"]
        let counts = json["counts"]?.object ?? [:]
        var kinds: [String: String] = [:]
        for line in readFile(record).split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if let kind = words.first, let id = words.last { kinds[id] = kind }
        }
        return Result(
            acknowledged: Int(acknowledged), problems: counts.keys.filter { !expected.contains($0) }.sorted(),
            summary: String(last), kinds: kinds)
    }
}

extension GitRepository {
    /// Makes a branch of so many commits, all of the same files, and pushes it once.
    /// - Returns: the commits, oldest first.
    func commits(_ count: Int, of service: TestService) async throws -> [String] {
        let first = try await push(service.files)
        for _ in 1..<count { try await git("commit", "--quiet", "--allow-empty", "--message=change") }
        try await git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        let made = try await git("rev-list", "--reverse", "\(first)..HEAD")
        return [first] + made.split(separator: "\n").map(String.init)
    }
}
