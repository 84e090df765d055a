import Core
import Testing

@testable import Model

struct LabelSelectorTests {
    /// Each object by the letters of the labels that it has.
    private static let objects: [(name: String, labels: [String: String])] = [
        ("shop", ["team": "shop", "tier": "prod"]), ("pay", ["team": "pay", "tier": "dev", "legacy": ""]),
        ("none", [:]), ("odd", ["example.com/team": "shop", "in": "notin", "tier": "1.10"]),
    ]

    private static let matches: [(String, String)] = [
        ("", "shop pay none odd"), (" \t", "shop pay none odd"),
        ("team=shop", "shop"), ("team==shop", "shop"), (" team = shop ", "shop"), ("team != shop", "pay none odd"),
        ("team", "shop pay"), ("!team", "none odd"), ("! team", "none odd"), ("legacy=", "pay"), ("legacy", "pay"),
        ("legacy!=", "shop none odd"), ("tier in (dev, prod)", "shop pay"), ("tier in(dev)", "pay"),
        ("tier notin (dev)", "shop none odd"), ("legacy in (,x)", "pay"), ("tier=1.10", "odd"),
        ("example.com/team=shop", "odd"), ("in=notin", "odd"), ("in in (notin),!team", "odd"), ("notin", ""),
        ("team=shop,tier!=dev", "shop"), ("team=shop,team=pay", ""), ("team=shop,tier!=dev,tier in (a,b),!x", ""),
        ("team in (shop,pay),!legacy", "shop"), ("TEAM=shop", ""),
    ]

    @Test("What a selector means", arguments: matches)
    func meaning(text: String, expected: String) throws {
        let selector = try LabelSelector(parsing: text)
        let found = LabelSelectorTests.objects.filter { selector.matches($0.labels) }.map(\.name)
        #expect(found.joined(separator: " ") == expected)
    }

    private static let refusals: [(String, String)] = [
        ("team=shop,", "at character 11: expected a label's name, found the end"),
        (",team", "at character 1: expected a label's name, found ','"),
        ("team shop", "at character 6: expected =, ==, !=, in, notin or ',' after 'team', found 's'"),
        ("team=shop tier=dev", "at character 11: expected ',' or the end, found 't'"),
        ("team=a=b", "at character 7: expected ',' or the end, found '='"),
        ("team!shop", "at character 6: expected '=' after '!', found 's'"),
        ("team>1", "at character 5: expected =, ==, !=, in, notin or ',' after 'team', found '>'"),
        ("tier in dev", "at character 9: expected '(', found 'd'"),
        ("tier in ()", "at character 10: expected a value, found ')'"),
        ("tier in (a b)", "at character 12: expected ',' or ')', found 'b'"),
        ("tier in (a", "at character 11: expected ',' or ')', found the end"),
        ("!", "at character 2: expected a label's name, found the end"),
        ("!team=shop", "at character 6: expected ',' or the end, found '='"),
        ("-team", "at character 1: '-team' is not a label's name: \(LabelRules.keyRule)"),
        ("a/b/c=1", "at character 1: 'a/b/c' is not a label's name: \(LabelRules.keyRule)"),
        ("team=ä", "at character 6: 'ä' is not a label's value: \(LabelRules.valueRule)"),
        ("team in (ok,-x)", "at character 13: '-x' is not a label's value: \(LabelRules.valueRule)"),
        (
            Array(repeating: "a", count: 101).joined(separator: ","), "at character 201: more than 100 requirements"
        ),
    ]

    @Test("What is no selector says where", arguments: refusals)
    func refusal(text: String, problem: String) {
        #expect(throws: DeploydError.self) { _ = try LabelSelector(parsing: text) }
        do { _ = try LabelSelector(parsing: text) } catch {
            #expect(error.message == "the selector, \(problem)" && error.code == .invalid)
        }
    }

    @Test("Labels are Kubernetes'")
    func rules() {
        let long = String(repeating: "a", count: 63)
        let domain = String(repeating: "a.", count: 126) + "a"
        let keys = ["a", "A_b-c.9", long, "example.com/x", "\(domain)/\(long)"]
        let noKeys = ["", "-a", "a-", long + "a", "/a", "a/", "Example.com/a", "a..b/c", "\(domain)a/x", "ä", "a b"]
        let values = ["", "a", long, "1.10", "a_B-c"]
        let noValues = ["-", "a-", ".a", long + "a", "a b", "a/b", "ä"]
        #expect(keys.filter { !LabelRules.isKey($0) } == [])
        #expect(noKeys.filter(LabelRules.isKey) == [])
        #expect(values.filter { !LabelRules.isValue($0) } == [])
        #expect(noValues.filter(LabelRules.isValue) == [])
        #expect(
            LabelRules.problems(["ok": "v", "-a": "v", "b": "c d"]).map { "\($0.key): \($0.problem)" } == [
                "-a: not a label's name: \(LabelRules.keyRule)",
                "b: 'c d' is not a label's value: \(LabelRules.valueRule)",
            ])
    }

    /// The patterns are what editors check by.
    @Test("The schemas' patterns say the same as the rules")
    func patterns() throws {
        let key = try Regex(LabelRules.keyPattern)
        let value = try Regex(LabelRules.valuePattern)
        let texts = ["", "a", "-a", "a-", "a/b", "a.b/c", "A/b", "a_b", "a b", "a/b/c", "/", "a..b/c", "a.-b/c"]
        for text in texts {
            #expect(
                [text.wholeMatch(of: key) != nil, text.wholeMatch(of: value) != nil]
                    == [LabelRules.isKey(text), LabelRules.isValue(text)], "\(text)")
        }
    }

    @Test("An instance has the labels of all that it is made of, the nearest to the place first")
    func instances() {
        let target = Target(name: "eu", environment: "production", world: "w", labels: ["zone": "1"])
        let topology = Topology(
            worlds: [World(name: "w", labels: ["region": "eu", "zone": "0", "tier": "any"])],
            environments: [Environment(name: "production", labels: ["tier": "prod", "zone": "2"], targets: [target])],
            environmentSets: [])
        func labels(_ target: String, _ environment: String, _ world: String?) -> [String: String] {
            let id = InstanceID(application: "shop", target: target)
            let moment = Timestamp(seconds: 1)
            let instance = Instance(id: id, environment: environment, world: world, since: moment, createdAt: moment)
            return topology.labels(of: instance, application: ["team": "shop", "tier": "mine"])
        }
        let declared = ["team": "shop", "tier": "prod", "zone": "1", "region": "eu"]
        #expect(labels("eu", "production", "w") == declared)
        // Detached: no declaration names it there.
        #expect(labels("us", "production", "gone") == ["team": "shop", "tier": "prod", "zone": "2"])
        #expect(labels("eu", "other", nil) == ["team": "shop", "tier": "mine"])
    }
}
