import Formats
import Testing

@Suite struct NearestNameTests {
    private let keys = ["service", "description", "port", "ports", "env", "environments", "health", "url", "to"]

    @Test(arguments: [
        ("prots", "ports"), ("prot", "port"), ("porst", "ports"), ("Service", "service"), ("servcie", "service"),
        ("enviroment", "environments"), ("helth", "health"), ("desc", "description"), ("ulr", "url"), ("evn", "env"),
        ("replicas", nil), ("x", nil), ("", nil), ("ur", "url"), ("zz", nil), ("secrets", nil),
    ])
    func finds(word: String, expected: String?) {
        #expect(NearestName.find(word, in: keys) == expected)
    }

    @Test func ignoresHostileWords() {
        #expect(NearestName.find(String(repeating: "a", count: 1_000_000), in: keys) == nil)
    }
}
