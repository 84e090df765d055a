import Core
import Model
import Testing

/// What a promotion by hand means where its caller leaves something out.
struct PromotionTests {
    private static let topology = Topology(
        worlds: [], environments: [],
        environmentSets: [
            EnvironmentSet(name: "web", environments: ["development", "staging", "production"]),
            EnvironmentSet(name: "batch", environments: ["development", "nightly"]),
        ])

    private static func outcome<Value>(_ body: () throws(DeploydError) -> Value) -> String {
        do throws(DeploydError) { return "\(try body())" } catch { return "\(error.code): \(error.message)" }
    }

    /// `SETS | OWN | FROM` and what follows.
    @Test(arguments: [
        (["web"], [], "development", "staging"), (["web"], ["qa"], "staging", "production"),
        (["web"], [], "production", "invalid: nothing follows production; say where with --to: development, staging"),
        (["web"], ["qa"], "qa", "invalid: nothing follows qa; say where with --to: development, staging, production"),
        ([], ["qa", "live"], "qa", "live"),
        ([], ["qa"], "qa", "invalid: nothing follows qa: it is the application's only environment"),
        // An own environment of that name too is the set's.
        (["web"], ["staging", "qa"], "staging", "production"),
        (
            ["web", "batch"], [], "development",
            "invalid: development is followed by staging (web) and nightly (batch); say which with --to"
        ),
        (["web", "batch"], [], "staging", "production"), (["batch", "none"], [], "development", "nightly"),
    ])
    func theNextEnvironment(sets: [String], own: [String], from: String, expected: String) {
        let settings = Application.Settings(environmentSets: sets, environments: own)
        let found = Self.outcome { () throws(DeploydError) in
            try Promotion.next(after: from, of: settings, in: Self.topology)
        }
        #expect(found == expected)
    }

    /// `TARGET=DEPLOYED`, `-` for none, `!` for a detached one.
    @Test(arguments: [
        ("a=v1", "v1"), ("a=v1 b=v1", "v1"), ("a=v1 b!=v2", "v1"),
        (
            "b=v2 a=v1 c=-",
            "conflict: the targets of qa have different versions of hello: a has v1, b has v2, c has none; "
                + "name one with --version"
        ),
        ("a=-", "conflict: no version of hello is deployed in qa: a has none; name one with --version"),
        ("", "conflict: no version of hello is deployed in qa: it has no target there; name one with --version"),
    ])
    func theVersionThatIsThere(places: String, expected: String) {
        let instances = places.split(separator: " ").map { place in
            let parts = place.split(separator: "=").map(String.init)
            let moment = Timestamp(seconds: 1)
            return Instance(
                id: InstanceID(application: "hello", target: String(parts[0].prefix(1))), environment: "qa", world: "w",
                deployed: parts[1] == "-" ? nil : parts[1], since: moment,
                detachment: parts[0].hasSuffix("!") ? "gone" : nil,
                createdAt: moment)
        }
        let found = Self.outcome { () throws(DeploydError) in
            try Promotion.version(of: "hello", in: "qa", instances)
        }
        #expect(found == expected)
    }
}
