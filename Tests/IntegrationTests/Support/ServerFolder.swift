import Core
import System
import TestSupport

/// One temporary directory with everything of one server.
struct ServerFolder: Sendable {
    private let directory = TemporaryDirectory("deployd-it")
    private let dataName: String

    var path: String { directory.path }
    var data: String { "\(path)/\(dataName)" }
    var worlds: String { "\(path)/worlds" }
    var resourceRepositories: String { "\(path)/resource-repos" }
    var home: String { "\(path)/home" }
    var output: String { "\(path)/stdout" }
    var log: String { "\(path)/stderr" }

    /// - Parameter data: where the data directory is, below the folder.
    init(data: String = "data") throws {
        dataName = data
        for folder in [worlds, resourceRepositories, home] { try Files.makeDirectory(folder) }
    }

    /// Writes a file below the folder, and makes the folders above it.
    func write(_ text: String, to name: String) throws {
        try writeFile(text, to: "\(path)/\(name)")
    }

    /// Puts the repository `precanned` there.
    func copyRepositories() throws {
        for name in ["repository", "sqlite", "secret", "port", "directory"] {
            let path = "resource-repos/precanned/\(name).yaml"
            try write(readFile("\(ServerFolder.root)/\(path)"), to: path)
        }
    }

    /// The checkout that these tests are of.
    static let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()

    func text(of name: String) -> String { readFile("\(path)/\(name)") }
}

func writeFile(_ text: String, to path: String) throws {
    if let end = path.lastIndex(of: "/") { try Files.makeDirectory(String(path[..<end]), mode: 0o755) }
    try Files.write(Array(text.utf8), to: path, mode: text.hasPrefix("#!") ? 0o755 : 0o644)
}

/// A file's text; empty when it cannot be read.
func readFile(_ path: String) -> String {
    String(decoding: (try? Files.read(path, limit: 64 << 20)) ?? [], as: UTF8.self)
}
