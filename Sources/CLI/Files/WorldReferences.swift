import Core
import Formats
import Model
import Synchronization
import System

/// Looks up what world files refer to, and remembers which files that was.
final class WorldReferences: Sendable {
    private static let fileLimit = 1 << 20

    private let environment: [String: String]
    private let files = Mutex<Set<String>>([])

    /// - Parameter environment: the server's.
    init(environment: [String: String]) { self.environment = environment }

    /// The files that were referred to last; their contents are part of what the world files say.
    var paths: [String] { files.withLock { $0.sorted() } }

    /// Begins anew.
    func secrets() -> WorldSecrets {
        files.withLock { $0.removeAll() }
        return WorldSecrets(environment: environment) { [self] reference, file in try value(of: reference, in: file) }
    }

    private func value(of reference: Reference, in file: String) throws -> Secret {
        switch reference.target {
        case .scheme("env", let name):
            guard let value = environment[name] else {
                throw DeploydError(.notFound, "the server has no environment variable '\(name)'")
            }
            return Secret(value)
        case .scheme("file", let path):
            let folder = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
            let whole = path.hasPrefix("/") ? path : "\(folder)/\(path)"
            files.withLock { _ = $0.insert(whole) }
            let bytes = try Files.read(whole, limit: WorldReferences.fileLimit)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw DeploydError(.invalid, "\(whole) is not text in UTF-8")
            }
            return Secret(text)
        default:
            throw DeploydError(.invalid, "unknown reference '${\(reference)}'; use file:PATH or env:NAME")
        }
    }
}
