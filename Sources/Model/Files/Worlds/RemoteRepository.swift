public import Formats

/// A resource repository that a world reads from git.
public struct RemoteRepository: Sendable, Hashable, CustomStringConvertible {
    public let url: String
    /// A tag's or branch's name, a whole ref, or a full commit.
    public let ref: String

    public init(url: String, ref: String) {
        self.url = url
        self.ref = ref
    }

    /// No repository's name can be such a text. It stands for the repository among a world's until its name is known.
    public var description: String { "\(url)@\(ref)" }
}

/// Where a resource repository was read, if not in a folder.
public struct RepositoryOrigin: Sendable, Equatable {
    public let remote: RemoteRepository
    /// The commit that its ref named.
    public let commit: String
    /// Why it is not what the ref names now; nil when it is, as far as is known.
    public let problem: String?

    public init(_ remote: RemoteRepository, commit: String, problem: String? = nil) {
        self.remote = remote
        self.commit = commit
        self.problem = problem
    }
}

extension WorldFile {
    /// A world's naming a repository by git URL.
    public struct RemoteUse: Sendable {
        public let remote: RemoteRepository
        private let path: DocumentPath
        private let source: SourceDocument

        init(_ remote: RemoteRepository, _ path: DocumentPath, _ source: SourceDocument) {
            self.remote = remote
            self.path = path
            self.source = source
        }

        /// An error that points to it.
        public func problem(_ message: String) -> Diagnostic { source.diagnostic(path, message) }

        /// An error that points to its address.
        public func addressProblem(_ message: String) -> Diagnostic {
            source.diagnostic(path.appending("git"), message)
        }

        /// `worlds/a.yaml:7`
        public var line: String { source.line(of: path) }
    }

    public var remotes: [RemoteUse] {
        declarations.flatMap { declaration in
            guard case .world(let world, _, _) = declaration.document else { return [RemoteUse]() }
            return world.resourceRepositories.enumerated().compactMap { index, name in
                world.remotes.first { $0.description == name }.map {
                    RemoteUse($0, DocumentPath("resourceRepositories").appending(index), declaration.source)
                }
            }
        }
    }
}
