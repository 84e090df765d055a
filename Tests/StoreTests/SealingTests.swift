import Core
import Crypto
import Model
import TestSupport
import Testing

@testable import Store

struct SealingTests {
    @Test func noSecretIsInTheFiles() async throws {
        let fixture = try Fixture()
        try await fixture.insert(Sample.application("hello"))
        try await fixture.storage.write { writer in
            try writer.insert(Sample.repository, secrets: Sample.secrets)
            try writer.insert(Sample.instance("hello"))
            try writer.insert(Sample.resource("s1"))
            try writer.insert(Sample.deployment("x1"))
            try writer.update(Sample.resource("s1"))
            try writer.put(Sample.secret("KEY"), value: Secret("hunter2-secret"))
        }
        let bytes = try ["deployd.db", "deployd.db-wal"].map { try contents(fixture.directory.appending($0)) }
        #expect(bytes.map { find("hunter2", in: $0) } == [false, false])
        #expect(find("https://example.com/acme/hello.git", in: bytes[0] + bytes[1]))
    }

    @Test func anotherMasterKeyIsRefused() async throws {
        let fixture = try Fixture()
        let other = MasterKey.random()
        #expect(
            message { _ = try fixture.reopened(with: other) }
                == "the secrets in \(fixture.directory.path) are sealed with the master key "
                + "\(Hex.encode(fixture.key.id)), but the master key here is \(Hex.encode(other.id)); put back the "
                + "master key file that belongs to them")
        #expect(message { _ = try fixture.reopened(with: fixture.key) } == "no error")
    }

    @Test func aSealedColumnOpensNowhereElse() async throws {
        let fixture = try Fixture()
        let other = CodeRepository(
            id: "r2", name: "acme/other", url: "", provider: "github", defaultBranch: "main", createdAt: moment(1))
        try await fixture.storage.write { writer in
            try writer.insert(Sample.repository, secrets: Sample.secrets)
            try writer.insert(other, secrets: .init())
        }
        let moves: [SQL] = [
            "UPDATE repositories SET webhookSecretSealed = (SELECT webhookSecretSealed FROM repositories) WHERE id = 'r2'",
            "UPDATE repositories SET passwordSealed = webhookSecretSealed WHERE id = 'r1'",
        ]
        for move in moves {
            try await fixture.storage.write { writer in _ = try (writer as? StoredWriter)?.run(move) }
        }
        for id in ["r1", "r2"] {
            #expect(
                message { _ = try fixture.storage.readNow { try $0.repositorySecrets(id: id) } }
                    == "a sealed value does not open: it was changed, or moved from another place")
        }
    }

    private func find(_ text: String, in bytes: [UInt8]) -> Bool {
        let pattern = Array(text.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: pattern) }
    }
}
