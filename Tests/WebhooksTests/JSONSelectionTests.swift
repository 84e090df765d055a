import Core
import Testing

@testable import Webhooks

struct JSONSelectionTests {
    static let selection = JSONSelection(["ref", "repository.full_name", "repository", "deleted"])

    @Test("Escaped keys, nested members and other types are found as they are")
    func picks() throws {
        let text =
            #"{"x":[{"ref":"no"},-1.5e3,"\"}"],"\u0072ef":"a\n","repository":{"id":1,"full_name":null},"deleted":false}"#
        #expect(
            try JSONSelectionTests.selection.read(Array(text.utf8)) == [
                .string("a\n"), .null, .object([:]), .bool(false),
            ])
    }

    @Test("What is stepped over has to be JSON all the same")
    func steppedOver() {
        let bad = [
            "[1,]", "[,1]", "[1 2]", "[", "[}", "{]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1]"#, "{1:2}",
            #"{"a" 1}"#, #"[{"a":[1}]"#, "[tru]", "[nul", "\"a\nb\"", #""a"#, #""a\"#, "]", "}", "",
            String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
        ]
        let good = [
            "[]", "{}", "[[],{},[{}]]", #"{ "a" : [ 1 , { "b" : null } , "]" ] , "c" : { } }"#, #""abcdefg\"h\\""#,
            String(repeating: "[", count: 63) + String(repeating: "]", count: 63), "-1.5e+3", " true ",
        ]
        let read = { (value: String) in
            (try? JSONSelectionTests.selection.read(Array("{\"x\":\(value),\"ref\":\"r\"}".utf8)))?[0]
        }
        #expect(bad.filter { read($0) != nil } == [] && good.filter { read($0) != .string("r") } == [])
    }

    /// Seeded, so that a failure repeats: mutated payloads are never read differently from the strict parser.
    @Test("Whatever the strict parser takes is read alike", arguments: [UInt64(1), 2, 3, 4])
    func mutations(seed: UInt64) throws {
        var generator = SplitMix(state: seed)
        let original = try Fixture.github("push")
        let alphabet = Array("{}[]\",:\\u0041tfn-1eE.+ \n".utf8) + [0x00, 0xC3, 0xFF]
        var disagreements: [String] = []
        for _ in 0..<1500 {
            var bytes = original
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 40))
                default: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                }
                if bytes.isEmpty { bytes = original }
            }
            guard let strict = try? JSONValue.parse(bytes), strict.object != nil else {
                _ = try? JSONSelectionTests.selection.read(bytes)
                continue
            }
            let read = try? JSONSelectionTests.selection.read(bytes)
            let expected = [strict["ref"], strict["repository"]?["full_name"], strict["repository"], strict["deleted"]]
            if read != expected.map({ $0.map(JSONSelectionTests.scalar) }) {
                disagreements.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(disagreements == [])
    }

    static func scalar(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array: .array([])
        case .object: .object([:])
        default: value
        }
    }
}

/// https://prng.di.unimi.it/splitmix64.c
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
