import Client
import Core
import Crypto
import Glibc
import Model
import Store
import TestSupport
import Testing

@testable import API

struct FilesystemHookTests {
    @Test("A tree is kept in the spool under the name that its delivery has")
    func accept() async throws {
        let harness = try await Harness()
        let archive = harness.directory.appending("tree.tar")
        let content = Array("a tar archive".utf8)
        #expect(write(content, to: archive))
        let client = try harness.client()
        let digest = Digest.sha256(of: content)
        var ids: Set<String> = []
        for _ in 0..<2 {
            let receipt = try await client.pushTree(
                archive: archive, isGzip: false, sha256: digest.bytes, environment: "development")
            ids.insert(receipt.delivery)
            let delivery = try await harness.storage.read { try $0.delivery(id: receipt.delivery) }
            guard case .tree(let tree)? = delivery?.content else {
                Issue.record("no tree: \(String(describing: delivery))")
                continue
            }
            #expect(
                tree
                    == .init(
                        application: nil, environment: "development", file: tree.file, digest: digest.hex,
                        isGzip: false, actor: "tester"))
            #expect(read("\(harness.services.spoolDirectory)/\(tree.file)") == content)
        }
        // Each push is one of its own; nothing but the two files is left in the spool.
        #expect(ids.count == 2)
        #expect(await eventually { files(in: harness.services.spoolDirectory) == 2 })
        await harness.stop()
    }

    @Test("A push that says it is a repeat is one")
    func repeated() async throws {
        let harness = try await Harness()
        var replies: [Reply] = []
        for _ in 0..<2 {
            replies.append(
                try await harness.send(
                    "POST", "/hooks/filesystem",
                    headers: FilesystemHookTests.headers("tree") + [("Idempotency-Key", "k")], body: "tree",
                    over: .socket))
        }
        #expect(replies.map(\.status) == [202, 202] && replies[0].body == replies[1].body)
        // What was sent the second time goes once nobody holds the request any more, which is after its answer.
        #expect(await eventually { files(in: harness.services.spoolDirectory) == 1 })
        await harness.stop()
    }

    private static func headers(_ body: String, type: String = "application/x-tar+gzip") -> [(String, String)] {
        [("Content-Type", type), ("Content-Digest", ContentDigest.header(sha256: Digest.sha256(of: body).bytes))]
    }

    @Test("What is refused leaves nothing in the spool")
    func refuse() async throws {
        let harness = try await Harness()
        let good = FilesystemHookTests.headers("tree")
        let table: [(String, [(String, String)], String)] = [
            ("", FilesystemHookTests.headers("other"), "does not have the SHA-256"),
            ("", [good[0]], "Content-Digest must have"),
            ("", [good[0], ("Content-Digest", "sha-256=:AAAA:")], "Content-Digest must have"),
            ("", FilesystemHookTests.headers("tree", type: "text/plain"), "Content-Type must be"),
            ("?environment=-x", good, "'environment' is no name"),
            ("?enviroment=x", good, "did you mean 'environment'?"),
        ]
        var wrong: [String] = []
        for (query, headers, part) in table {
            let reply = try await harness.send(
                "POST", "/hooks/filesystem\(query)", headers: headers, body: "tree", over: .socket)
            if reply.status != 400 || !reply.text.contains(part) { wrong.append("\(part): \(reply.text)") }
        }
        #expect(wrong == [])
        #expect(await eventually { files(in: harness.services.spoolDirectory) == 0 })
        await harness.stop()
    }
}

private func write(_ bytes: [UInt8], to path: String) -> Bool {
    guard let file = fopen(path, "w") else { return false }
    defer { fclose(file) }
    return fwrite(bytes, 1, bytes.count, file) == bytes.count
}

private func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1000)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}

private func files(in directory: String) -> Int {
    guard let handle = opendir(directory) else { return -1 }
    defer { closedir(handle) }
    var count = 0
    while let entry = Glibc.readdir(handle) { if entry.pointee.d_type == UInt8(DT_REG) { count += 1 } }
    return count
}
