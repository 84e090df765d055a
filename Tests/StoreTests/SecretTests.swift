import Core
import Crypto
import Model
import Testing

@testable import Store

struct SecretTests {
    private static let place = ApplicationSecret.Place(application: "hello", environment: "development")

    @Test func setReplacedAndRemoved() async throws {
        let fixture = try Fixture()
        try await fixture.insert(Sample.application("hello"))
        let (a, b) = (Sample.secret("A"), Sample.secret("B"))
        let elsewhere = Sample.secret("A", environment: "qa")
        try await fixture.storage.write { writer in
            for secret in [b, a, elsewhere] { try writer.put(secret, value: Secret("one")) }
            try writer.put(a, value: Secret("two\nlines"))
            try writer.removeSecret("B", in: Self.place)
        }
        let (all, here, values) = try await fixture.storage.read {
            (
                try $0.secrets(of: "hello", in: nil), try $0.secrets(of: "hello", in: "development"),
                try $0.secretValues(in: Self.place)
            )
        }
        #expect(all == [a, elsewhere] && here == [a])
        #expect(values == ["A": Secret("two\nlines")])
    }

    /// The same for the same value of a place, another for everything else, and not to be guessed without the key.
    @Test func fingerprintsTellValuesApartAndNothingElse() async throws {
        let fixture = try Fixture()
        try await fixture.insert(Sample.application("hello"))
        var seen: [String] = []
        for (name, value) in [("A", "one"), ("A", "two"), ("A", "one"), ("B", "one")] {
            try await fixture.storage.write { try $0.put(Sample.secret(name), value: Secret(value)) }
            seen.append(try fixture.storage.readNow { try $0.secretFingerprints(in: Self.place)[name] } ?? "")
        }
        #expect(seen[0] == seen[2] && Set(seen).count == 3)
        #expect(!seen.contains(Digest.sha256(of: "one").hex))
        let place = Vault.Place("applicationSecrets", "hello", "development", "A", column: "value")
        #expect(Vault(key: MasterKey.random()).fingerprint(of: Secret("one"), at: place) != seen[0])
        #expect(Vault(key: fixture.key).fingerprint(of: Secret("one"), at: place) == seen[0])
    }
}
