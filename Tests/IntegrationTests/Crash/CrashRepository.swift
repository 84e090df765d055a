import Core
import Synchronization
import TestSupport

/// A repository of one or more services, which grows by commits, and what was pushed of it so far.
final class CrashRepository: Sendable {
    struct Push: Sendable {
        let commit: String
        /// The names of the services that it changes.
        let changed: [String]
        /// The id that the server gave its delivery.
        let delivery: String
    }

    private struct State {
        /// Oldest first.
        var contents: [String: [Int]] = [:]
        var pushes: [Push] = []
        var messages: [(GitHubSender.Message, answer: String)] = []
    }

    let project: Project
    let services: [SmallService]
    private let ran: String
    private let state = Mutex(State())

    /// - Parameter server: runs, and registers it.
    init(_ name: String, _ services: [SmallService], _ server: RunningServer, ran: String) async throws {
        project = try await Project(server, repository: name, application: services[0].name)
        self.services = services
        self.ran = ran
    }

    var pushes: [Push] { state.withLock(\.pushes) }
    /// What each service's commits have it answer, oldest first.
    var contents: [String: [Int]] { state.withLock(\.contents) }

    /// Commits a change of some services, pushes it, and announces it until that is acknowledged.
    /// - Parameter changed: at least one.
    /// - Returns: what ends once it is.
    func push(_ changed: [SmallService], number: Int, _ sender: PatientSender) async throws -> Task<Void, any Error> {
        let before = try await write(changed, number: number)
        let commit = try await project.repository.commitAll()
        let names = changed.map(\.name)
        state.withLock { state in for name in names { state.contents[name, default: []].append(number) } }
        let message = project.sender.push(commit, before: before)
        return Task {
            let delivery = try await sender.send(message, project.sender)
            state.withLock { $0.pushes.append(Push(commit: commit, changed: names, delivery: delivery)) }
        }
    }

    /// - Returns: the commit before.
    private func write(_ changed: [SmallService], number: Int) async throws -> String? {
        let work = project.repository.work
        let isFirst = contents.isEmpty
        if isFirst, services.count > 1 {
            let folders = services.map(\.path).joined(separator: ", ")
            try writeFile("services: [\(folders)]\n", to: "\(work)/deployd.yaml")
        }
        for service in isFirst ? services : changed {
            for (path, text) in service.files(version: number, ran: "\(ran)-\(service.name)") {
                try writeFile(text, to: "\(work)/\(path)")
            }
        }
        guard !isFirst else { return nil }
        return String(try await project.repository.git("rev-parse", "HEAD").prefix { !$0.isNewline })
    }

    /// Whether two commits have the same files of a service.
    func isSame(_ service: SmallService, at one: String, and other: String) async throws -> Bool {
        let names = [one, other].map { "\($0):\(service.path)" }
        let hashes = try await project.repository.git(["rev-parse"] + names).split(separator: "\n")
        return hashes.count == 2 && hashes[0] == hashes[1]
    }
}

extension GitRepository {
    /// Commits the working copy as it is, and pushes the branch `main`.
    /// - Returns: the commit.
    func commitAll() async throws -> String {
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message=change")
        try await git("push", "--quiet", "origin", "HEAD:refs/heads/main")
        return String(try await git("rev-parse", "HEAD").prefix { !$0.isNewline })
    }
}
