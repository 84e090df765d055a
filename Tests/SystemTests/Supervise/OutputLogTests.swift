import Core
import Glibc
import TestSupport
import Testing

@testable import System

@Suite struct OutputLogTests {
    let directory = TemporaryDirectory()
    var path: String { directory.appending("output.log") }

    private func text(_ piece: OutputPiece) -> String {
        "\(piece.start):" + String(decoding: piece.bytes, as: UTF8.self)
    }

    @Test func rotatesAtLinesAndReadsAcrossFiles() throws {
        var log = OutputLog(path, policy: .init(maximumBytes: 10, keep: 2))
        for number in 1...9 { log.append(Array("line \(number)\n".utf8)) }
        // 7 bytes a line, two lines a file: the first two files of five are gone.
        let files = try ["output.log.42", "output.log.56", "output.log"].map {
            String(decoding: try Files.read(directory.appending($0), limit: 100), as: UTF8.self)
        }
        #expect(files == ["line 5\nline 6\n", "line 7\nline 8\n", "line 9\n"])
        #expect(OutputLogFiles.rotated(path).map(\.end) == [42, 56])
        let reader = OutputReader(path)
        let pieces = [
            reader.read(from: 0, limit: 9), reader.read(from: 37, limit: 100), reader.read(from: 63, limit: 9),
            reader.read(from: 99, limit: 9), reader.tail(lines: 2, limit: 100), reader.tail(lines: 9, limit: 10),
            reader.tail(lines: 9, limit: 100), reader.tail(lines: 0, limit: 100),
        ]
        #expect(
            pieces.map(text) == [
                "28:line 5\nli", "37:ne 6\nline 7\nline 8\nline 9\n", "63:", "63:",
                "49:line 8\nline 9\n", "56:line 9\n", "28:line 5\nline 6\nline 7\nline 8\nline 9\n", "63:",
            ])
    }

    @Test func continuesWhereAnotherStopped() throws {
        for text in ["a\n", "b", "c\n", "d\n"] {
            var log = OutputLog(path, policy: .init(maximumBytes: 3, keep: 9))
            log.append(Array(text.utf8))
        }
        var log = OutputLog(path, policy: .init(maximumBytes: 3, keep: 9))
        log.note("ends")
        let all = OutputReader(path).read(from: 0, limit: 1000)
        #expect(text(all) == "0:a\nbc\nd\ndeployd: ends\n")
    }

    @Test func aLineWithoutEndIsCut() {
        var log = OutputLog(path, policy: .init(maximumBytes: 1000, keep: 2))
        for _ in 0..<40 { log.append([UInt8](repeating: 0x78, count: 10_000)) }
        let rotated = OutputLogFiles.rotated(path).map(\.end)
        let whole = 1000 + OutputLog.slack
        #expect(rotated == [5 * whole, 6 * whole])
        #expect(OutputReader(path).read(from: 0, limit: .max).bytes.count == 400_000 - 4 * whole)
    }

    @Test func nothingIsThere() {
        let reader = OutputReader(directory.appending("none/output.log"))
        #expect([reader.read(from: 5, limit: 5), reader.tail(lines: 5, limit: 5)].map(text) == ["0:", "0:"])
    }

    /// A service goes on printing, and what it prints once there is room is there.
    @Test(.enabled(if: geteuid() == 0, "SKIPPED: only root can mount the small disk that this fills"))
    func aFullDiskDropsWhatFindsNoRoom() throws {
        try #require(mount("tmpfs", directory.path, "tmpfs", 0, "size=64k,mode=0700") == 0)
        defer { umount2(directory.path, Int32(MNT_DETACH)) }
        var log = OutputLog(path, policy: .init(maximumBytes: 16_000, keep: 9))
        for number in 0..<20_000 { log.append(Array("line \(number)\n".utf8)) }
        let kept = OutputReader(path).tail(lines: 1, limit: 100)
        #expect(!text(kept).contains("line 19999"))
        for old in OutputLogFiles.rotated(path) { unlink(old.path) }
        log.append(Array("after\n".utf8))
        #expect(text(OutputReader(path).tail(lines: 1, limit: 100)).hasSuffix("after\n"))
    }
}
