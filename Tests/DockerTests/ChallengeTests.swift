import Testing

@testable import Docker

struct ChallengeTests {
    @Test(arguments: [
        (["Basic realm=\"x\""], RegistryChallenge.basic),
        (
            ["Bearer realm=\"https://a.example/t?x=1,2\",service=\"s\\\"q\",scope=\"repository:a:pull,push\""],
            .bearer(realm: "https://a.example/t?x=1,2", service: "s\"q", scope: "repository:a:pull,push")
        ),
        (["bearer Realm = https://a.example/t"], .bearer(realm: "https://a.example/t", service: nil, scope: nil)),
        (
            ["Basic realm=\"x\", Bearer realm=\"https://a.example\""],
            .bearer(realm: "https://a.example", service: nil, scope: nil)
        ),
        (["Negotiate", "Basic"], .basic),
        (["Bearer service=\"s\""], nil), (["Negotiate"], nil), ([""], nil), ([], nil), (["=,=,\""], nil),
        (["Bearer realm=\"never ends"], .bearer(realm: "never ends", service: nil, scope: nil)),
    ])
    func whatIsWanted(headers: [String], challenge: RegistryChallenge?) {
        #expect(RegistryChallenge(headers) == challenge)
    }

    @Test(arguments: [
        ("https://a.example/x", "https://a.example"), ("HTTP://A.example:80?x", "http://a.example:80"),
        ("http://[::1]:5000/x", "http://[::1]:5000"), ("https://user:secret@a.example/", nil), ("ftp://a.example", nil),
        ("//a.example", nil), ("https://", nil), ("https://a.example\\@b.example/", nil), ("https://a b/", nil),
    ])
    func whoIsMeant(url: String, address: String?) {
        #expect(RegistryAddress(of: url)?.url == address)
    }
}
