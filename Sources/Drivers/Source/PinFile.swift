import Core
import System

/// The commits that were in force last, in a file.
struct PinFile: Sendable {
    let path: String
    let threads: BlockingThreads

    /// A file that is not there or not whole holds none.
    func commits() async -> [String: String] {
        let bytes = try? await threads.run { try Files.read(path, limit: 1 << 20) }
        guard let bytes, let members = try? JSONValue.parse(bytes).object else { return [:] }
        return members.compactMapValues(\.string).filter { GitName.isCommit($0.value) }
    }

    func write(_ commits: [String: String]) async throws {
        guard await self.commits() != commits else { return }
        let text = JSONValue.object(commits.mapValues(JSONValue.string))
        try await threads.run {
            if let end = path.lastIndex(of: "/") { try Files.makeDirectory(String(path[..<end])) }
            try Files.write(text.bytes + [0x0A], to: path)
        }
    }
}
