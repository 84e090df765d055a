import Core
import Model

/// Where a push is read: its ref, and the default branch's head, which alone says where versions go.
struct PushedSource: Sendable {
    let repository: CodeRepository
    let secrets: RepositorySecrets
    let reference: PushedReference
    /// The services of the default branch's head; nil for a push to that branch, which says it itself, and when it
    /// cannot be read.
    let head: RepositoryLayout?
    /// Why it cannot be read.
    private let problem: String
    private let turn: SourceTurn

    init(
        _ turn: SourceTurn, _ repository: CodeRepository, _ secrets: RepositorySecrets, _ reference: PushedReference
    ) async throws {
        self.turn = turn
        self.repository = repository
        self.secrets = secrets
        self.reference = reference
        guard reference != .branch(repository.defaultBranch) else {
            (head, problem) = (nil, "")
            return
        }
        do {
            let branch = PushedReference.branch(repository.defaultBranch)
            let commit = try await turn.head(branch.fullName, of: repository, secrets)
            (head, problem) = (try await turn.layout(at: commit, of: repository), "")
        } catch let error as DeploydError where !error.code.isTransient {
            // A head that somebody broke must not stop what was settled before.
            head = nil
            problem = "where it goes is read on the branch \(repository.defaultBranch), and cannot be: \(error.message)"
        }
    }

    var isDefaultBranch: Bool { reference == .branch(repository.defaultBranch) }
    var isTag: Bool { if case .tag = reference { true } else { false } }

    /// The commit that the ref names now.
    func fetch() async throws -> String { try await turn.head(reference.fullName, of: repository, secrets) }

    /// The services of a commit that was fetched.
    func layout(at commit: String) async throws -> RepositoryLayout {
        try await turn.layout(at: commit, of: repository)
    }

    /// A tag's name; of a branch, the full commit.
    func version(of commit: String) -> String {
        switch reference {
        case .branch: commit
        case .tag(let name): name
        }
    }

    /// Where the default branch's head has a service, and what it says of it.
    /// - Parameter service: what was pushed.
    /// - Throws: `.invalid` when the head has no such service: a branch or tag may be of before a renaming, or want to be
    ///   somebody else.
    func declaration(of service: RepositoryLayout.Service) throws -> (path: String, ReleaseIntake.Declaration) {
        if isDefaultBranch { return (service.path, .file(service.file)) }
        guard let head else { return (service.path, .recorded(because: problem)) }
        if let declared = head.service(named: service.name) { return (declared.path, .file(declared.file)) }
        if let problem = head.problems[service.path] {
            return (
                service.path,
                .recorded(
                    because: "where it goes is read on the branch \(repository.defaultBranch), and cannot be: "
                        + problem.message)
            )
        }
        let known = head.services.map(\.name).sorted().joined(separator: ", ")
        throw DeploydError(
            .invalid,
            "the branch \(repository.defaultBranch), which says where services go, has no service '\(service.name)'"
                + (known.isEmpty ? "" : "; it has \(known)"))
    }

    /// The environments that a push of a ref sets.
    func environments(
        of service: String, _ settings: Application.Settings, _ reference: PushedReference, _ context: EngineContext
    ) -> [String] {
        settings.environments(
            triggeredBy: reference, of: service, defaultBranch: repository.defaultBranch,
            among: context.topology.current.topology.environments(of: settings))
    }

    /// Why nothing follows from a push, as far as is known without looking at what was pushed.
    func reasonToIgnore(_ context: EngineContext) -> String? {
        guard let head, case .branch = reference, head.problems.isEmpty else { return nil }
        let isNamed = head.services.contains {
            !environments(of: $0.name, $0.file.settings, reference, context).isEmpty
        }
        guard !isNamed else { return nil }
        let names = head.services.map(\.name).sorted().joined(separator: ", ")
        return "no trigger of \(names) names \(reference)"
    }
}
