import Core
import TestSupport
import Testing

@testable import System

/// Archives made byte by byte, as an attacker would.
struct ArchiveFixture {
    let temporary = TemporaryDirectory("archive")
    let threads = BlockingThreads()

    /// Unpacks `bytes` and says what is there now, or the code and message of the refusal.
    func unpack(
        _ bytes: [UInt8], isGzip: Bool = false, limits: ArchiveLimits = ArchiveLimits()
    ) async throws -> Result<[String], DeploydError> {
        let file = temporary.appending("archive.tar")
        try Files.write(bytes, to: file)
        let target = temporary.appending("tree")
        defer { try? Files.removeTree(target) }
        do {
            let manifest = try await TreeArchive.unpack(
                file, isGzip: isGzip, into: target, limits: limits, on: threads)
            return .success(manifest.entries.map(ArchiveFixture.line))
        } catch let error as DeploydError {
            let left = try DirectoryWalk.entries(of: temporary.path, limit: 1000).map(\.path)
            #expect(left == ["archive.tar"], "something is left of an archive that was refused")
            return .failure(error)
        }
    }

    static func line(_ entry: TreeManifest.Entry) -> String {
        switch entry.kind {
        case .file(_, let mode): "\(entry.path) \(String(mode, radix: 8))"
        case .link(let target): "\(entry.path) -> \(target)"
        case .emptyDirectory: "\(entry.path)/"
        }
    }

    /// An archive of entries, with its end.
    static func tar(_ entries: [UInt8]...) -> [UInt8] {
        entries.flatMap(\.self) + [UInt8](repeating: 0, count: 1024)
    }

    static func entry(
        _ name: String, _ content: String = "", type: Character = "0", link: String = "", mode: UInt32 = 0o644
    ) -> [UInt8] {
        let header = TarHeader(
            name: name, mode: mode, size: content.utf8.count, type: type.asciiValue ?? 0, linkName: link)
        let bytes = (try? header.block()) ?? []
        let padding = (512 - content.utf8.count % 512) % 512
        return bytes + Array(content.utf8) + [UInt8](repeating: 0, count: padding)
    }
}
