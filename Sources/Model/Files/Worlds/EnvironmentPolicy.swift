/// Who may be deployed in an environment, and how versions come there.
public struct EnvironmentPolicy: Sendable, Equatable {
    /// The ways in which the version may change. Rolling back is always one.
    public enum Versions: String, Sendable, CaseIterable {
        case any
        /// Only from another environment.
        case promotion
        /// Only by pushes that triggers name.
        case trigger
    }

    /// `Glob` patterns of applications' names.
    public var applications: [String]
    /// `Glob` patterns of code repositories' full names.
    public var repositories: [String]
    public var versions: Versions

    /// Everyone, in every way.
    public static let open = EnvironmentPolicy()

    public init(applications: [String] = ["*"], repositories: [String] = ["*"], versions: Versions = .any) {
        self.applications = applications
        self.repositories = repositories
        self.versions = versions
    }

    public func takes(application: String) -> Bool { applications.contains { Glob.matches($0, application) } }

    /// - Parameter repository: nil: code of no repository, such as a pushed working tree; only `*` stands for it too.
    public func takes(repository: String?) -> Bool {
        repositories.contains { pattern in repository.map { Glob.matches(pattern, $0) } ?? (pattern == "*") }
    }

    public func takes(_ way: VersionWay) -> Bool {
        switch (versions, way) {
        case (.any, _), (_, .rollback), (.promotion, .promote), (.trigger, .trigger): true
        case (.promotion, _), (.trigger, _): false
        }
    }
}
