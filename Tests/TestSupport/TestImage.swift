import Core

/// An image of the small service in scripts/test_parts/service.c, made without a container engine.
public struct TestImage: Sendable {
    /// How the service misbehaves.
    public enum Mode: String, Sendable {
        case serves = "serve"
        /// Says `cannot open the ledger` and exits with 3.
        case crashes = "crash"
        /// `/healthz` answers 503.
        case isNeverReady = "unready"
        /// Exits with 4 unless it is root.
        case needsRoot = "root"
        /// Listens after `DELAY_MS` (3000).
        case startsSlowly = "slow"
    }

    /// What it answers to `/`.
    public var version: String
    public var mode: Mode
    /// nil: root.
    public var user: Int?
    public var variables: [String: String]
    /// The registry has its name and not all of its parts.
    public var isIncomplete = false

    public init(
        version: String, mode: Mode = .serves, user: Int? = 1000, variables: [String: String] = [:],
        isIncomplete: Bool = false
    ) {
        self.version = version
        self.mode = mode
        self.user = user
        self.variables = variables
        self.isIncomplete = isIncomplete
    }

    /// Makes it and puts it into a registry that speaks plain HTTP.
    /// - Parameter name: `127.0.0.1:5000/hello:v1`.
    /// - Returns: its digest.
    @discardableResult
    public func push(as name: String) async throws -> String {
        try await make(["--push", name] + (isIncomplete ? ["--incomplete"] : []))
    }

    /// Makes it as `docker save` writes it.
    /// - Parameter name: `hello:v1`.
    public func write(to path: String, as name: String) async throws {
        try await make(["--tar", "\(path)=\(name)"])
    }

    @discardableResult
    private func make(_ arguments: [String]) async throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
        let settings = variables.merging(["VERSION": version, "MODE": mode.rawValue]) { $1 }
        let environment = settings.sorted { $0.key < $1.key }.flatMap { ["--env", "\($0.key)=\($0.value)"] }
        let printed = try await ChildProcess.output(
            of: ["python3", "\(root)/scripts/test_parts/image.py", "--service"] + environment
                + (user.map { ["--user", "\($0)"] } ?? []) + arguments)
        return String(printed.prefix { !$0.isNewline })
    }
}
