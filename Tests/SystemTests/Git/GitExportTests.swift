import Core
import Glibc
import System
import TestSupport
import Testing

struct GitExportTests {
    private func text(_ path: String) throws -> String {
        String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
    }

    @Test func writesTheTreeAsItIs() async throws {
        let fixture = try await GitFixture()
        let long = String(repeating: "long-folder-name/", count: 12) + "file"
        try Files.makeDirectory("\(fixture.source)/bin")
        try Files.write(Array("#!/bin/sh\n".utf8), to: "\(fixture.source)/bin/run", mode: 0o755)
        symlink("bin/run", "\(fixture.source)/start")
        let commit = try await fixture.commit([
            ".gitattributes": "* export-subst text eol=crlf filter=evil ident\nhidden export-ignore\n",
            "version": "$Format:%H$ $Id$\n", "hidden": "here\n", long: "deep", "empty": "", "späť.txt": "č",
        ])
        let mirror = try await fixture.mirror()
        _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: commit)
        let target = fixture.temporary.appending("export")
        let manifest = try await mirror.export(commit, to: target)

        #expect(
            manifest.entries.map { entry in
                switch entry.kind {
                case .file(_, let mode): "\(entry.path) \(String(mode, radix: 8))"
                case .link(let to): "\(entry.path) -> \(to)"
                case .emptyDirectory: "\(entry.path)/"
                }
            } == [
                ".gitattributes 644", "bin/run 755", "empty 644", "hidden 644", "\(long) 644", "späť.txt 644",
                "start -> bin/run", "version 644",
            ])
        #expect(
            try ["version", "hidden", long, "start"].map { try text("\(target)/\($0)") } == [
                "$Format:%H$ $Id$\n", "here\n", "deep", "#!/bin/sh\n",
            ])
        let again = await failure { _ = try await mirror.export(commit, to: target) }
        #expect(again?.code == .conflict)
    }

    /// Each is refused by its name, and nothing is left of it.
    @Test func refusesWhatCannotBeExported() async throws {
        let fixture = try await GitFixture()
        let mirror = try await fixture.mirror(limits: ArchiveLimits(totalBytes: 200_000))
        var refusals: [String] = []
        func tryOut(_ name: String) async throws {
            let commit = try await fixture.commit()
            _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: commit)
            let target = fixture.temporary.appending("refused")
            let error = await failure { _ = try await mirror.export(commit, to: target) }
            let isNamed = error?.message.contains(name) == true
            refusals.append("\(name): \(error?.code.rawValue ?? "none") \(isNamed) \(access(target, F_OK))")
            try await fixture.git("rm", "-r", "--quiet", "--force", ".")
        }
        symlink("/etc/passwd", "\(fixture.source)/absolute")
        try await tryOut("absolute")
        symlink("../../etc/passwd", "\(fixture.source)/upwards")
        try await tryOut("upwards")
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
        try Files.write(Array(pointer.utf8), to: "\(fixture.source)/large.bin", mode: 0o644)
        try await tryOut("large.bin")
        try Files.write([UInt8](repeating: 0, count: 300_000), to: "\(fixture.source)/zeroes", mode: 0o644)
        try await tryOut("200000")
        let commit = try await fixture.commit()
        try await fixture.git("update-index", "--add", "--cacheinfo", "160000,\(commit),vendored")
        try await fixture.git("commit", "--quiet", "-m", "Add a submodule")
        try Files.makeDirectory("\(fixture.source)/vendored")
        try await tryOut("vendored")
        #expect(
            refusals == [
                "absolute: invalid true -1", "upwards: invalid true -1", "large.bin: invalid true -1",
                "200000: tooLarge true -1", "vendored: invalid true -1",
            ])
    }

    @Test func readsNoLinkAsAFile() async throws {
        let fixture = try await GitFixture()
        symlink("/etc/passwd", "\(fixture.source)/deployd.yaml")
        symlink("real", "\(fixture.source)/services")
        let commit = try await fixture.commit(["real/deployd.yaml": "service: a\n"])
        let mirror = try await fixture.mirror()
        _ = try await mirror.fetch(fixture.remote, reference: "refs/heads/main", commit: commit)
        let error = await failure { _ = try await mirror.readFile("deployd.yaml", at: commit, limit: 1000) }
        #expect(error?.message.contains("symbolic link") == true)
        #expect(try await mirror.readFile("services/deployd.yaml", at: commit, limit: 1000) == nil)
        #expect(try await mirror.list("services", at: commit) == nil)
    }
}
