import Crypto
import Testing

@Suite struct EncodingTests {
    /// RFC 4648 §10, and bytes whose two alphabets differ.
    static let texts: [(bytes: [UInt8], base64: String, url: String, hex: String)] = [
        ([], "", "", ""),
        (Array("f".utf8), "Zg==", "Zg", "66"),
        (Array("fo".utf8), "Zm8=", "Zm8", "666f"),
        (Array("foo".utf8), "Zm9v", "Zm9v", "666f6f"),
        (Array("foob".utf8), "Zm9vYg==", "Zm9vYg", "666f6f62"),
        (Array("fooba".utf8), "Zm9vYmE=", "Zm9vYmE", "666f6f6261"),
        (Array("foobar".utf8), "Zm9vYmFy", "Zm9vYmFy", "666f6f626172"),
        ([0xfb, 0xff, 0xfe], "+//+", "-__-", "fbfffe"),
    ]

    @Test func writesAndReadsBack() {
        for (bytes, base64, url, hex) in Self.texts {
            #expect([Base64.encode(bytes), Base64URL.encode(bytes), Hex.encode(bytes)] == [base64, url, hex])
            #expect([Base64.decode(base64), Base64URL.decode(url), Hex.decode(hex)] == [bytes, bytes, bytes])
        }
    }

    @Test func readsBackAnyBytes() {
        let all = (0..<300).map { Array((0..<$0).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }) }
        #expect(all.map { Base64.decode(Base64.encode($0)) } == all)
        #expect(all.map { Base64URL.decode(Base64URL.encode($0)) } == all)
        #expect(all.map { Hex.decode(Hex.encode($0)) } == all)
    }

    @Test func refusesWhatIsNotExact() {
        let base64 = [
            "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9v", "-__-", "=Zg=", "Zé==",
        ]
        let url = ["Z", "Zg==", "Zh", "Zm9", "Zm9v\n", "+//+", "Zm9vY"]
        let hex = ["6", "666", "6g", "0x66", " 66", "６６"]
        #expect(base64.filter { Base64.decode($0) != nil } == [])
        #expect(url.filter { Base64URL.decode($0) != nil } == [])
        #expect(hex.filter { Hex.decode($0) != nil } == [])
    }
}

@Suite struct SecureRandomTests {
    @Test func hasTheLengthsAskedFor() {
        let lengths = [0, 1, 31, 43, 200]
        #expect(lengths.map { SecureRandom.bytes($0).count } == lengths)
        #expect(lengths.map { SecureRandom.token(length: $0).utf8.count } == lengths)
        #expect(lengths.map { SecureRandom.password(length: $0).utf8.count } == lengths)
        #expect(lengths.map { SecureRandom.hex(bytes: $0).utf8.count } == lengths.map { $0 * 2 })
    }

    /// 62,000 characters: each of 62 comes about 1,000 times (± 32); 6 standard deviations never fail by chance.
    @Test func favoursNoCharacter() {
        let counts = SecureRandom.password(length: 62_000).utf8.reduce(into: [UInt8: Int]()) { $0[$1, default: 0] += 1 }
        #expect(counts.count == 62)
        #expect(counts.values.allSatisfy { (800...1200).contains($0) }, "\(counts)")
        #expect(Set((0..<1000).map { _ in SecureRandom.token() }).count == 1000)
    }
}
