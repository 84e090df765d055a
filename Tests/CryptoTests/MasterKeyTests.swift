import Core
import Glibc
import TestSupport
import Testing

@testable import Crypto

@Suite struct MasterKeyTests {
    /// Test cases 13 to 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega): AES-256.
    static let vectors: [(key: String, nonce: String, plain: String, data: String, cipher: String, tag: String)] = [
        (String(repeating: "0", count: 64), "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
        (
            String(repeating: "0", count: 64), "000000000000000000000000", "00000000000000000000000000000000", "",
            "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"
        ),
        (
            "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        ),
    ]

    @Test func encryptsAsPublished() throws {
        for vector in Self.vectors {
            let fields = [vector.key, vector.nonce, vector.plain, vector.data, vector.cipher, vector.tag]
            let bytes = fields.compactMap(Hex.decode)
            try #require(bytes.count == 6)
            bytes[0].withUnsafeBytes { key in
                let sealed = AESGCM.seal(bytes[2], key: key, nonce: bytes[1], associatedData: [bytes[3]])
                let opened = AESGCM.open(
                    sealed.ciphertext, tag: sealed.tag, key: key, nonce: bytes[1], associatedData: [bytes[3]])
                #expect([sealed.ciphertext, sealed.tag, opened] == [bytes[4], bytes[5], bytes[2]])
            }
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 100_000]) func opensWhatItSealed(count: Int) throws {
        let key = MasterKey.random()
        let plaintext = SecureRandom.bytes(count)
        let sealed = key.seal(plaintext, associatedData: "here".utf8)
        #expect(try key.open(sealed, associatedData: "here".utf8) == plaintext)
        #expect(sealed != key.seal(plaintext, associatedData: "here".utf8))
        #expect(sealed.count == count + 1 + 8 + 12 + 16)
    }

    @Test func refusesEachAlteredByteAndOtherPlaces() throws {
        let key = MasterKey.random()
        let sealed = key.seal(Secret("value"), associatedData: "secret/hello/dev/A")
        #expect(try key.openSecret(sealed, associatedData: "secret/hello/dev/A").reveal() == "value")
        let altered = sealed.indices.map { index in
            var copy = sealed
            copy[index] ^= 1
            return copy
        }
        let opened = (altered + [Array(sealed.dropLast()), [], sealed + [0]]).filter {
            (try? key.open($0, associatedData: "secret/hello/dev/A".utf8)) != nil
        }
        #expect(opened == [])
        #expect(throws: DeploydError.self) { try key.openSecret(sealed, associatedData: "secret/hello/qa/A") }
    }

    @Test func saysThatAnotherKeySealedIt() throws {
        let first = MasterKey.random()
        let second = MasterKey.random()
        let error = #expect(throws: DeploydError.self) {
            try second.open(first.seal([1], associatedData: []), associatedData: [])
        }
        let words = [Hex.encode(first.id), Hex.encode(second.id), "put back the key file"]
        #expect(words.filter { !(error?.message.contains($0) ?? false) } == [])
    }

    @Test func isMadeOnceAndKept() throws {
        let directory = TemporaryDirectory()
        let path = directory.appending("master.key")
        let keys = try (0..<3).map { _ in try MasterKey.loadOrCreate(at: path).id }
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(Set(keys).count == 1)
        #expect([status.st_mode & 0o777, UInt32(status.st_size), UInt32(status.st_nlink)] == [0o600, 32, 1])
    }

    @Test func serversThatStartAtOnceUseOneKey() async throws {
        let directory = TemporaryDirectory()
        let path = directory.appending("master.key")
        let ids = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try MasterKey.loadOrCreate(at: path).id } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids.count == 1)
    }

    @Test func refusesFilesThatAreNoKey() throws {
        let directory = TemporaryDirectory()
        let cases: [(mode: mode_t, count: Int, code: DeploydError.Code, word: String)] = [
            (0o640, 32, .forbidden, "chmod 600"), (0o604, 32, .forbidden, "chmod 600"),
            (0o600, 0, .invalid, "32 bytes"), (0o600, 31, .invalid, "32 bytes"), (0o600, 33, .invalid, "32 bytes"),
        ]
        for (index, (mode, count, code, word)) in cases.enumerated() {
            let path = directory.appending("key\(index)")
            let file = open(path, O_WRONLY | O_CREAT, mode)
            try #require(write(file, SecureRandom.bytes(count), count) == count && fchmod(file, mode) == 0)
            close(file)
            let error = #expect(throws: DeploydError.self) { try MasterKey.loadOrCreate(at: path) }
            #expect(error?.code == code && error?.message.contains(word) == true, "\(String(describing: error))")
        }
        #expect(throws: DeploydError.self) { try MasterKey.load(at: directory.path) }
        let missing = #expect(throws: DeploydError.self) { try MasterKey.load(at: directory.appending("none")) }
        #expect(missing?.code == .notFound)
    }
}
