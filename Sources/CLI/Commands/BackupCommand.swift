import Client
import Core
import Glibc
import System

extension CommandEntry {
    static let backup = CommandEntry(
        CommandSpec(
            "backup", summary: "Copies what a server has recorded into a file, while it runs",
            positionals: [PositionalSpec("FILE", help: "is made new, mode 0600; - for standard output")],
            options: OptionSpec.client,
            discussion: """
                A tar archive with the database as of one moment, and the builds of what is deployed. Secrets in it are
                sealed: without DATA/master.key, which is not in it, they cannot be read. Keep that file once,
                apart from the backups. What services keep themselves, below DATA/resources, is not in it either.

                To restore, with no server running:
                  install -d -m 700 DATA && tar -xf FILE -C DATA && cp -p KEPT/master.key DATA/ && deployd serve --data DATA
                """)
    ) { context in
        let path = try context.required(0)
        let client = try context.client()
        guard path != "-" else {
            guard !context.console.isTerminal else { throw context.usage("a terminal is no place for an archive") }
            try await client.backup { context.console.bytes($0) }
            return
        }
        let count = try await NewFile.write(path) { file in
            try await client.backup { try file.append($0) }
        }
        context.console.line("wrote \(path): \(count) bytes, without the master key".printable)
    }
}

/// A file that is there whole or not at all, and replaces none.
private final class NewFile {
    private let descriptor: Int32
    private let path: String

    private init(_ path: String) throws(DeploydError) {
        self.path = path
        // One that was interrupted may have left it.
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
            throw DeploydError.system("making \(path)", errno: errno)
        }
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(DeploydError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DeploydError.system("writing \(path)", errno: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// - Parameter body: writes the content.
    static func write(_ path: String, _ body: (NewFile) async throws -> Int) async throws -> Int {
        guard access(path, F_OK) != 0 else {
            throw DeploydError(.conflict, "\(path) is there already; a backup replaces none, so give another name")
        }
        let part = "\(path).part"
        let file = try NewFile(part)
        do {
            let count = try await body(file)
            // A link, unlike a renamed file, replaces nothing.
            guard fsync(file.descriptor) == 0, link(part, path) == 0 else {
                throw DeploydError.system("writing \(path)", errno: errno)
            }
            unlink(part)
            return count
        } catch {
            unlink(part)
            throw error
        }
    }
}
