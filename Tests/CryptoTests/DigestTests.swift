import Crypto
import Testing

@Suite struct DigestTests {
    /// FIPS 180-2 appendix B, and the empty message.
    static let vectors = [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test(arguments: vectors) func digestsAsPublished(text: String, times: Int, hex: String) {
        let message = String(repeating: text, count: times)
        var hasher = SHA256()
        hasher.update(message.utf8.prefix(message.utf8.count / 3))
        hasher.update(message.utf8.dropFirst(message.utf8.count / 3))
        let pieces = hasher.finish()
        hasher.update(message)
        #expect([Digest.sha256(of: message), pieces, hasher.finish()].map(\.hex) == [hex, hex, hex])
    }

    @Test func readsOnlyWholeDigests() {
        let digest = Digest.sha256(of: "abc")
        let bad = ["", "ba78", String(digest.hex.dropLast()), digest.hex + "00", "g" + digest.hex.dropFirst()]
        #expect(Digest(hex: digest.hex.uppercased()) == digest)
        #expect(bad.map { Digest(hex: $0) } == bad.map { _ in nil })
    }

    /// RFC 4231 §4.2 to §4.8 without the truncated one, GitHub's and Standard Webhooks' examples, and empty values.
    static let codes: [(key: [UInt8], message: [UInt8], hex: String)] = [
        (
            Array(repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            Array(repeating: 0xaa, count: 20), Array(repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            Array("It's a Secret to Everybody".utf8), Array("Hello, World!".utf8),
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        ),
        ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]

    @Test(arguments: codes) func authenticatesAsPublished(key: [UInt8], message: [UInt8], hex: String) {
        let hmac = HMACSHA256(key: key)
        let parts = [Array(message.prefix(5)), Array(message.dropFirst(5))]
        // Twice, since the context is used again.
        let results = [hmac.code(for: message), hmac.code(forParts: parts), hmac.code(for: message)]
        #expect(results.map(\.hex) == [hex, hex, hex])
    }

    @Test func acceptsOnlyTheCodeOfTheMessage() throws {
        let key = try #require(Base64.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let hmac = HMACSHA256(key: key)
        let message = Array("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}".utf8)
        let code = try #require(Base64.decode("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="))
        let altered = [[], Array(code.dropLast()), code + [0], code.map { $0 ^ 1 }]
        #expect(hmac.isValid(code, for: message))
        #expect(!altered.contains { hmac.isValid($0, for: message) })
        #expect(!hmac.isValid(code, for: message + [0]))
    }

    @Test func oneKeyServesManyThreads() async {
        let hmac = HMACSHA256(key: "key")
        let expected = (0..<64).map { HMACSHA256(key: "key").code(for: "message \($0)") }
        let codes = await withTaskGroup(of: (Int, Digest).self) { group in
            for index in 0..<64 { group.addTask { (index, hmac.code(for: "message \(index)")) } }
            return await group.reduce(into: [Int: Digest]()) { $0[$1.0] = $1.1 }
        }
        #expect((0..<64).map { codes[$0] } == expected)
    }

    @Test func comparesWholeValues() {
        let pairs = [
            ("", ""), ("a", "a"), ("a", "b"), ("a", ""), ("a", "aa"), ("naïve", "naïve"), ("token-1", "token-2"),
        ]
        #expect(pairs.map { ConstantTime.equal($0.0, $0.1) } == [true, true, false, false, false, true, false])
    }
}
