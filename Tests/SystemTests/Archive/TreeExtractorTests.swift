import Core
import Glibc
import TestSupport
import Testing

@testable import System

struct TreeExtractorTests {
    private typealias Tar = ArchiveFixture

    @Test func unpacksWhatIsHarmless() async throws {
        let long = String(repeating: "d/", count: 60) + "f"
        let archive = Tar.tar(
            Tar.entry("./", type: "5"), Tar.entry("./a.txt", "1"), Tar.entry("bin/run", "2", mode: 0o104755),
            Tar.entry("bin/again", type: "1", link: "bin/run"), Tar.entry("empty/", type: "5"),
            Tar.entry("link", type: "2", link: "bin/../a.txt"), Tar.entry("bin/dangling", type: "2", link: "../later"),
            Tar.entry("pax_global_header", "19 comment=1234567\n", type: "g"),
            Tar.entry("x", " path=\(long)\n".withLength, type: "x"), Tar.entry("ignored", "3"),
            Tar.entry("././@LongLink", "gnu/\(long)\0", type: "L"), Tar.entry("ignored", "4"),
            Tar.entry("\u{e9}", "5", mode: 0))
        let result = try await Tar().unpack(archive)
        #expect(
            try result.get() == [
                "a.txt 644", "bin/again 755", "bin/dangling -> ../later", "bin/run 755", "\(long) 644", "empty/",
                "gnu/\(long) 644", "link -> bin/../a.txt", "\u{e9} 600",
            ])
    }

    /// Each is refused, with the entry's name in the message, and nothing is left.
    @Test func refusesWhatIsNot() async throws {
        let deep = String(repeating: "d/", count: 70) + "f"
        let cases: [(String, [UInt8])] = [
            ("/etc/passwd", Tar.entry("/etc/passwd", "x")), ("../up", Tar.entry("../up", "x")),
            ("a/../../up", Tar.entry("a/../../up", "x")), ("a/..", Tar.entry("a/..", type: "5")),
            (".git/config", Tar.entry(".git/config", "x")), ("sub/.GIT/hooks", Tar.entry("sub/.GIT/hooks", "x")),
            ("device", Tar.entry("device", type: "3")), ("block", Tar.entry("block", type: "4")),
            ("fifo", Tar.entry("fifo", type: "6")), ("sparse", Tar.entry("sparse", type: "S")),
            ("strange", Tar.entry("strange", type: "Z")),
            ("absolute", Tar.entry("absolute", type: "2", link: "/etc/passwd")),
            ("out", Tar.entry("out", type: "2", link: "../x")),
            ("a/out", Tar.entry("a/out", type: "2", link: "../../x")),
            ("self", Tar.entry("self", type: "2", link: "self")),
            ("ping", Tar.entry("ping", type: "2", link: "pong") + Tar.entry("pong", type: "2", link: "ping")),
            // Neither target looks like it leaves the tree; together they do.
            ("sly", Tar.entry("a/b/up", type: "2", link: "../..") + Tar.entry("sly", type: "2", link: "a/b/up/../x")),
            // A file through a link, and a link over a file.
            ("dir", Tar.entry("dir", type: "2", link: ".") + Tar.entry("dir/file", "x")),
            ("same", Tar.entry("same", "x") + Tar.entry("same", type: "2", link: "other")),
            ("twice", Tar.entry("twice", "x") + Tar.entry("./twice", "y")),
            ("/etc/passwd", Tar.entry("hard", type: "1", link: "/etc/passwd")),
            ("hard", Tar.entry("l", type: "2", link: "x") + Tar.entry("hard", type: "1", link: "l")),
            ("file", Tar.entry("file", "x") + Tar.entry("file/x", "y")),
            ("large.bin", Tar.entry("large.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n")),
            (deep, Tar.entry("x", " path=\(deep)\n".withLength, type: "x") + Tar.entry("x", "x")),
            ("pax", Tar.entry("x", "nonsense", type: "x")), ("pax", Tar.entry("x", "99 path=a\n", type: "x")),
            ("pax", Tar.entry("x", "0 =\n", type: "x")), ("one path", Tar.entry("g", "9 path=a\n", type: "g")),
            ("sparse", Tar.entry("x", " GNU.sparse.major=1\n".withLength, type: "x") + Tar.entry("x", "x")),
            ("in the middle", Array(Tar.entry("cut", "12345").prefix(514))),
            ("checksum", [UInt8](repeating: 7, count: 512)),
            (
                "a part of it",
                Tar.entry("x", " path=\(String(repeating: "n", count: 300))\n".withLength, type: "x")
                    + Tar.entry("x", "x")
            ),
        ]
        let fixture = Tar()
        var wrong: [String] = []
        for (name, entries) in cases {
            let archive = name == "in the middle" ? entries : Tar.tar(entries)
            switch try await fixture.unpack(archive) {
            case .success(let tree): wrong.append("\(name): \(tree)")
            case .failure(let error):
                if error.code != .invalid || !error.message.contains(name) { wrong.append("\(name): \(error)") }
            }
        }
        #expect(wrong == [])
    }

    @Test func keepsItsBounds() async throws {
        let fixture = Tar()
        let archive = Tar.tar(Tar.entry("a", "12345"), Tar.entry("b", "12345"), Tar.entry("c", "12345"))
        let limits = [
            ArchiveLimits(totalBytes: 2048), ArchiveLimits(entries: 2), ArchiveLimits(totalBytes: 4096, entries: 3),
        ]
        var codes: [DeploydError.Code?] = []
        for limit in limits {
            if case .failure(let error) = try await fixture.unpack(archive, limits: limit) {
                codes.append(error.code)
            } else {
                codes.append(nil)
            }
        }
        #expect(codes == [.tooLarge, .tooLarge, nil])
    }

    @Test func decompressesWithinBounds() async throws {
        let fixture = Tar()
        func gzip(_ bytes: [UInt8]) async throws -> [UInt8] {
            let command = Command("gzip", ["-c"], environment: ["PATH": "/usr/bin:/bin"], input: bytes)
            return try await CommandRunner().run(command, deadline: .seconds(60), outputLimit: 1 << 20).output
        }
        let archive = try await gzip(Tar.tar(Tar.entry("a", "12345")))
        #expect(try await fixture.unpack(archive, isGzip: true).get() == ["a 644"])
        // 50 MB of zeroes are 50 KB.
        let bomb = try await gzip(
            Tar.entry("zeroes", "") + Tar.tar([UInt8](repeating: 0, count: 50 << 20)))
        let broken = archive.dropLast(10) + [0, 0]
        var codes: [DeploydError.Code?] = []
        for bytes in [bomb, Array(broken), Array("no gzip".utf8), []] {
            if case .failure(let error) = try await fixture.unpack(
                bytes, isGzip: true, limits: ArchiveLimits(totalBytes: 1 << 20))
            {
                codes.append(error.code)
            }
        }
        #expect(codes == [.tooLarge, .invalid, .invalid, .invalid])
    }

    /// Whatever is done to an archive, it is unpacked inside the directory or refused.
    @Test func survivesMutations() async throws {
        let original = Tar.tar(
            Tar.entry("a/b.txt", "content"), Tar.entry("l", type: "2", link: "a/b.txt"),
            Tar.entry("x", "14 path=a/c.x\n", type: "x"), Tar.entry("c", "more"),
            Tar.entry("h", type: "1", link: "a/b.txt"))
        let fixture = Tar()
        var random = SeededGenerator(seed: 7)
        for _ in 0..<150 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1..<600, using: &random)))
                default: bytes[index] = [0x2e, 0x2f, 0x30, 0x32, 0xff].randomElement(using: &random) ?? 0
                }
                if bytes.isEmpty { break }
            }
            for start in stride(from: 0, to: bytes.count - 511, by: 512) where Bool.random(using: &random) {
                bytes.replaceSubrange(start + 148..<start + 156, with: checksum(bytes[start..<start + 512]))
            }
            _ = try await fixture.unpack(bytes)
        }
    }

    /// So that mutations get past the checksum.
    private func checksum(_ block: ArraySlice<UInt8>) -> [UInt8] {
        let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        let digits = String(sum, radix: 8)
        return Array((String(repeating: "0", count: 6 - digits.count) + digits + "\0 ").utf8)
    }
}

struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

extension String {
    /// A pax record's text with its length before it.
    fileprivate var withLength: String {
        let body = firstIndex(of: " ").map { String(self[$0...]) } ?? self
        var length = body.utf8.count
        while length != body.utf8.count + String(length).utf8.count {
            length = body.utf8.count + String(length).utf8.count
        }
        return "\(length)\(body)"
    }
}
