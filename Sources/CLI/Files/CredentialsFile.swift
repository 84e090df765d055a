public import Core
import System

/// Where the command line finds a server and its token: `~/.config/deployd/credentials`, mode 0600, JSON.
public struct CredentialsFile: Sendable {
    public struct Entry: Sendable, Equatable {
        public let server: String
        public let token: Secret

        public init(server: String, token: Secret) {
            self.server = server
            self.token = token
        }
    }

    /// nil when there is no home directory to be found.
    public let path: String?

    /// - Parameter environment: `DEPLOYD_CREDENTIALS` names the file; else `XDG_CONFIG_HOME`, else `HOME`.
    public init(environment: [String: String]) {
        func directory(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let file = directory("DEPLOYD_CREDENTIALS") {
            path = file
        } else if let configuration = directory("XDG_CONFIG_HOME") {
            path = "\(configuration)/deployd/credentials"
        } else {
            path = directory("HOME").map { "\($0)/.config/deployd/credentials" }
        }
    }

    /// - Returns: nil when there is no file.
    /// - Throws: `.invalid` when it cannot be understood.
    public func load() throws -> Entry? {
        guard let path else { return nil }
        guard let bytes = try CredentialsFile.read(path) else { return nil }
        guard let json = try? JSONValue.parse(bytes), let server = json["server"]?.string,
            let token = json["token"]?.string
        else { throw DeploydError(.invalid, "\(path) is damaged: remove it and run `deployd login`") }
        return Entry(server: server, token: Secret(token))
    }

    private static func read(_ path: String) throws(DeploydError) -> [UInt8]? {
        do {
            return try Files.read(path, limit: 64 << 10)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Makes the directories above it where they are missing.
    public func save(_ entry: Entry) throws {
        guard let path else {
            throw DeploydError(.invalid, "there is no home directory: set HOME or DEPLOYD_CREDENTIALS")
        }
        if let end = path.lastIndex(of: "/"), end != path.startIndex { try Files.makeDirectory(String(path[..<end])) }
        let json: JSONValue = ["server": .string(entry.server), "token": .string(entry.token.reveal())]
        try Files.write(json.bytes + [0x0A], to: path)
    }
}
