import Core
import Formats
import Model

/// Where a push is read: its ref, and the default branch's head, which alone says where versions go.
struct PushedSource: Sendable {
    let repository: CodeRepository
    let secrets: RepositorySecrets
    let reference: PushedReference
    /// The file of the default branch's head; nil for a push to that branch, whose own file says it, and when it cannot
    /// be read.
    let settings: ServiceFile?
    /// Why it cannot be read.
    private let problem: String

    init(
        _ context: EngineContext, _ repository: CodeRepository, _ secrets: RepositorySecrets,
        _ reference: PushedReference
    ) async throws {
        self.repository = repository
        self.secrets = secrets
        self.reference = reference
        guard reference != .branch(repository.defaultBranch) else {
            (settings, problem) = (nil, "")
            return
        }
        do {
            let head = try await context.source.fetch(
                repository, secrets, reference: PushedReference.branch(repository.defaultBranch).fullName, commit: nil)
            (settings, problem) = (try await PushedSource.service(of: repository, at: head, context).0, "")
        } catch let error as DeploydError where !error.code.isTransient {
            // A head that somebody broke must not stop what was settled before.
            settings = nil
            problem = "where it goes is read on the branch \(repository.defaultBranch), and cannot be: \(error.message)"
        }
    }

    var isDefaultBranch: Bool { reference == .branch(repository.defaultBranch) }
    var isTag: Bool { if case .tag = reference { true } else { false } }

    /// The commit that the ref names now.
    func fetch(_ context: EngineContext) async throws -> String {
        try await context.source.fetch(repository, secrets, reference: reference.fullName, commit: nil)
    }

    /// A tag's name; of a branch, the full commit.
    func version(of commit: String) -> String {
        switch reference {
        case .branch: commit
        case .tag(let name): name
        }
    }

    /// - Parameter service: what was pushed.
    func declaration(besides service: ServiceFile) -> ReleaseIntake.Declaration {
        if isDefaultBranch { return .file(service) }
        return settings.map { .file($0) } ?? .recorded(because: problem)
    }

    /// The service at a commit that was fetched, and its file.
    func service(at commit: String, _ context: EngineContext) async throws -> (ServiceFile, [UInt8]) {
        try await PushedSource.service(of: repository, at: commit, context)
    }

    private static func service(
        of repository: CodeRepository, at commit: String, _ context: EngineContext
    ) async throws -> (ServiceFile, [UInt8]) {
        let file = try await context.source.file(
            ServiceFile.fileName, in: repository, at: commit, limit: PushIntake.fileLimit)
        guard let file else {
            throw DeploydError(
                .invalid, "\(repository.name) has no \(ServiceFile.fileName) at \(commit); `deployd init` writes one")
        }
        return (try ServiceFile.parse(file, file: ServiceFile.fileName).get(), file)
    }
}
