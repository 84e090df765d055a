import Client
import Core
import System
import TestSupport
import Testing

/// Five services in one repository, changed by chance: pushes, merges, reverts, force pushes, tags, and webhooks that get
/// lost. What is released is compared with what git says has changed.
///
/// Others deploy: the targets are tracked only, so that this is about releases and versions.
@Suite(.serialized) struct RandomMonorepoTests {
    private static let pushes = 40
    private static let environments = ["main": "development", "next": "staging"]
    private static let worlds = """
        environment: development
        targets: [{ name: registry-development }]
        ---
        environment: staging
        targets: [{ name: registry-staging }]
        ---
        environmentSet: default
        environments: [development, staging]

        """

    @Test(arguments: [20_261_128] as [UInt64])
    func exactlyWhatChangedIsReleased(seed: UInt64) async throws {
        try await withServer({ try $0.write(Self.worlds, to: "worlds/tracked.yaml") }) { server in
            let project = try await Project(server, repository: "acme/shop")
            var history = ShopHistory(project.repository, seed)
            var oracle = ShopOracle(repository: project.repository)
            try await history.begin()
            for number in 0..<Self.pushes {
                let push = try await history.change(isFirst: number == 0)
                guard !push.isLost else { continue }
                let before = oracle
                let delivery: Wire.Delivery
                switch push.reference {
                case .branch(let branch):
                    try await oracle.push(push.commit, to: branch, sets: Self.environments[branch] ?? "")
                    delivery = try await project.processed(
                        try await project.announce(push.commit, reference: "refs/heads/\(branch)"))
                case .tag(let tag):
                    oracle.tag(tag, at: push.commit, sets: "staging")
                    delivery = try await project.processed(
                        try await project.announce(push.commit, reference: "refs/tags/\(tag)"))
                }
                let found = try await state(server)
                try #require(
                    found == oracle.state,
                    "seed \(seed), push \(number), \(push): \(delivery)\nwas \(before.state)\n\(history.log)")
                try #require(delivery.status == .processed, "\(delivery)")
            }
            // Chance must have brought some of everything about.
            #expect(oracle.released > 20 && oracle.spared > 40, "\(history.log)")
        }
    }

    /// What the server says: `SERVICE ENVIRONMENT VERSION`, and `SERVICE released VERSION…`.
    private func state(_ server: RunningServer) async throws -> [String] {
        let api = try server.api
        var lines: [String] = []
        for service in ShopHistory.services {
            for environment in ["development", "staging"] {
                let version = try await api.version(service, environment: environment).desired
                lines.append("\(service) \(environment) \(version ?? "-")")
            }
            let releases = try await api.releases(service, limit: 500).items.map(\.version).sorted()
            lines.append("\(service) released \(releases.joined(separator: " "))")
        }
        return lines
    }
}

/// What should have come of the pushes, found out by asking git for the ids of folders.
private struct ShopOracle {
    let repository: GitRepository
    /// The commit that a service was released at last, by branch and service.
    private var last: [String: [String: String]] = [:]
    private var desired: [String: [String: String]] = [:]
    private var releases: [String: Set<String>] = [:]
    /// How many times a service was released by a branch, or was not.
    private(set) var released = 0
    private(set) var spared = 0

    init(repository: GitRepository) { self.repository = repository }

    var state: [String] {
        ShopHistory.services.flatMap { service in
            ["development", "staging"].map { "\(service) \($0) \(desired[$0]?[service] ?? "-")" }
                + ["\(service) released \((releases[service] ?? []).sorted().joined(separator: " "))"]
        }
    }

    mutating func push(_ commit: String, to branch: String, sets environment: String) async throws {
        for service in ShopHistory.services {
            if let before = last[branch]?[service],
                try await content(service, at: before) == content(service, at: commit)
            {
                spared += 1
                continue
            }
            released += 1
            last[branch, default: [:]][service] = commit
            release(service, commit, environment)
        }
    }

    mutating func tag(_ tag: String, at commit: String, sets environment: String) {
        let parts = tag.split(separator: "/").map(String.init)
        for service in parts.count == 2 ? [parts[0]] : ShopHistory.services { release(service, tag, environment) }
    }

    private mutating func release(_ service: String, _ version: String, _ environment: String) {
        releases[service, default: []].insert(version)
        desired[environment, default: [:]][service] = version
    }

    private func content(_ service: String, at commit: String) async throws -> String {
        try await repository.git(["rev-parse"] + ShopHistory.paths(of: service).map { "\(commit):\($0)" })
    }
}

/// A history that chance makes.
private struct ShopHistory {
    static let services = ["jobs", "mail", "users", "votes", "web"]

    /// What a service is made from.
    static func paths(of service: String) -> [String] {
        ["services/\(service)"] + (service == "users" ? ["libs/common"] : [])
    }

    struct Push: CustomStringConvertible {
        let what: String
        let commit: String
        let reference: Reference
        let isLost: Bool
        var description: String { "\(what) \(reference) \(commit)" }
    }

    enum Reference { case branch(String), tag(String) }

    private let repository: GitRepository
    private var chance: SeededGenerator
    private var heads: [String: String] = [:]
    private var commits: [String] = []
    private var count = 0
    /// What was done, for a failure.
    private(set) var log = ""

    init(_ repository: GitRepository, _ seed: UInt64) {
        self.repository = repository
        chance = SeededGenerator(seed)
    }

    mutating func begin() async throws {
        for service in ShopHistory.services {
            let more = service == "users" ? "paths: [libs/common]\n" : ""
            try write(
                "services/\(service)/deployd.yaml",
                """
                service: \(service)
                command: [./run]
                triggers:
                  - { branch: main, environment: development }
                  - { branch: next, environment: staging }
                  - { tag: "v*", environment: staging }
                \(more)
                """)
            try write("services/\(service)/content", "0\n")
        }
        try write("deployd.yaml", "services: [services/*]\n")
        try write("libs/common/content", "0\n")
        try write("README", "0\n")
        try await commit()
    }

    /// Does something, and pushes it.
    mutating func change(isFirst: Bool) async throws -> Push {
        while true {
            let branch = isFirst || heads["next"] == nil && commits.count < 5 || chance(3) != 0 ? "main" : "next"
            if !isFirst, chance(8) == 0 { return try await tag() }
            let what = isFirst ? "first" : try await move(branch)
            let commit = try await head()
            // A push that moves nothing is none.
            guard heads[branch] != commit else { continue }
            try await repository.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/\(branch)")
            heads[branch] = commit
            commits.append(commit)
            let push = Push(
                what: what, commit: commit, reference: .branch(branch), isLost: !isFirst && chance(10) == 0)
            log += "\(push)\(push.isLost ? " lost" : "")\n"
            return push
        }
    }

    private mutating func move(_ branch: String) async throws -> String {
        try await checkOut(heads[branch] ?? heads["main"] ?? "HEAD")
        switch chance(10) {
        case 0..<4:
            for _ in 0...chance(2) { try await edit() }
            return "push"
        case 4, 5:
            let here = try await head()
            try await checkOut(commits[chance(commits.count)])
            try await edit()
            let side = try await head()
            try await checkOut(here)
            try await repository.git("merge", "--quiet", "--no-ff", "-X", "theirs", "--message=merge", side)
            return "merge"
        case 6, 7:
            guard try await isRevertible() else {
                try await edit()
                return "push"
            }
            let parents = try await repository.git("rev-list", "--parents", "--max-count=1", "HEAD")
            let isMerge = parents.split(separator: " ").count > 2
            try await repository.git(["revert", "--no-edit"] + (isMerge ? ["--mainline", "1"] : []) + ["HEAD"])
            return "revert"
        default:
            try await checkOut(commits[chance(commits.count)])
            if chance(2) == 0 { try await edit() }
            return "force push"
        }
    }

    /// Of one service, a plain one of all, or one of an old commit.
    private mutating func tag() async throws -> Push {
        count += 1
        let name = chance(2) == 0 ? "v\(count)" : "\(ShopHistory.services[chance(5)])/v\(count)"
        let commit = commits[chance(commits.count)]
        try await repository.git("tag", name, commit)
        try await repository.git("push", "--quiet", "origin", "refs/tags/\(name)")
        let push = Push(what: "tag", commit: commit, reference: .tag(name), isLost: false)
        log += "\(push)\n"
        return push
    }

    /// Few contents, so that the same ones come again.
    private mutating func edit() async throws {
        let places = ShopHistory.services.map { "services/\($0)/content" } + ["libs/common/content", "README"]
        for _ in 0...chance(2) { try write(places[chance(places.count)], "\(chance(3))\n") }
        try await commit()
    }

    private func isRevertible() async throws -> Bool {
        let trees = try await repository.git("log", "--format=%T", "--max-count=2", "--first-parent", "HEAD")
            .split(separator: "\n")
        return trees.count == 2 && trees[0] != trees[1]
    }

    private mutating func chance(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &chance) }

    private func write(_ path: String, _ text: String) throws {
        try writeFile(text, to: "\(repository.work)/\(path)")
    }

    private func checkOut(_ commit: String) async throws {
        try await repository.git("checkout", "--quiet", "--force", "--detach", commit)
    }

    private func commit() async throws {
        try await repository.git("add", "--all")
        try await repository.git("commit", "--quiet", "--allow-empty", "--message=change")
    }

    private func head() async throws -> String {
        String(try await repository.git("rev-parse", "HEAD").prefix { !$0.isNewline })
    }
}
