import Core
import Formats
import Model
import Testing

/// What definitions name in `requires` and `oneOf`.
@Suite struct RequirementGraphTests {
    private static func repositories(_ files: [String: String]) -> [String: String] {
        files.merging(["a/repository.yaml": "repository: a\ninherits: [b]", "b/repository.yaml": "repository: b"]) {
            first, _ in first
        }
    }

    private static let made = "capability: local\ntemplate: { kind: port }\n"

    @Test(arguments: [
        // Named slugs and parameters
        (
            [
                "b/net.yaml":
                    "slug: net\n\(made)parameters: { size: { type: integer, maximum: 9 }, made: { generate: password } }\noutputs: { id: { from: id } }",
                "a/one.yaml":
                    "slug: one\n\(made)requires:\n  x: nett\n  y: { slug: net, params: { size: 10, made: m, other: 1 } }\nvalues: { V: \"${requires.y.ip} ${requires.y.id}\" }",
                "b/two.yaml":
                    "slug: two\n\(made)requires: { net: net }\noutputs: { o: { value: \"${requires.net.i}\" } }",
                "a/some.yaml": "slug: some\noneOf: [one, tw]\n",
            ],
            """
            a/one.yaml:5:3: requires.x: there is no slug 'nett' in 'a' or what it inherits; did you mean 'net'?
            a/one.yaml:6:29: requires.y.params.size: expected a whole number of at most 9, found 10
            a/one.yaml:6:39: requires.y.params.made: the definition of 'net' makes it up; leave it out
            a/one.yaml:6:48: requires.y.params.other: no such parameter of the slug 'net'; it has size
            a/one.yaml:7:11: values.V: '${requires.y.ip}': the slug 'net' has no output 'ip'; did you mean 'id'?
            a/some.yaml:2:14: oneOf[1]: there is no slug 'tw' in 'a' or what it inherits; did you mean 'two'?
            b/two.yaml:4:13: requires.net.params.size: the slug 'net' needs it
            b/two.yaml:5:17: outputs.o.value: '${requires.net.i}': the slug 'net' has no output 'i'; did you mean 'id'?
            """
        ),
        // Cycles through requires and oneOf, in one repository and by what another overrides
        (
            [
                "b/one.yaml": "slug: one\n\(made)requires: { x: two }\n",
                "b/two.yaml": "slug: two\noneOf:\n- three\n- four\n", "b/three.yaml": "slug: three\n\(made)",
                "b/four.yaml": "slug: four\n\(made)requires:\n  a: three\n  b: one\n",
                "b/five.yaml": "slug: five\n\(made)requires: { self: five }",
                "a/three.yaml": "slug: three\nextends: three\n\nrequires: { b: two }",
            ],
            """
            a/three.yaml:4:13: requires.b: a slug cannot require itself: three (a/three.yaml:4) → two (b/two.yaml:3) → three
            b/five.yaml:4:13: requires.self: a slug cannot require itself: five (b/five.yaml:4) → five
            b/four.yaml:5:3: requires.a: a slug cannot require itself: four (b/four.yaml:5) → three (a/three.yaml:4) → two (b/two.yaml:4) → four; so it is in 'a', which inherits this
            b/four.yaml:6:3: requires.b: a slug cannot require itself: four (b/four.yaml:6) → one (b/one.yaml:4) → two (b/two.yaml:4) → four
            """
        ),
        // What is overridden lacks what an inherited definition needs
        (
            [
                "b/net.yaml": "slug: net\n\(made)outputs: { id: { from: id } }",
                "b/one.yaml": "slug: one\n\(made)requires: { x: net }\nvalues: { V: \"${requires.x.id}\" }",
                "a/net.yaml": "slug: net\n\(made)parameters: { must: {} }\n",
            ],
            """
            b/one.yaml:4:13: requires.x.params.must: the slug 'net' needs it; so it is in 'a', which inherits this
            b/one.yaml:5:11: values.V: '${requires.x.id}': the slug 'net' has no output 'id'; it has none; so it is in 'a', which inherits this
            """
        ),
        // What stands for one of several says nothing else, and cannot be extended
        (
            [
                "a/some.yaml": "slug: some\noneOf: [one, tw, one]\ndeletion: delete\n",
                "a/none.yaml": "slug: none\noneOf: []",
            ],
            """
            a/none.yaml:2:8: oneOf: an empty list is not allowed
            a/some.yaml:2:18: oneOf[2]: 'one' is named twice
            a/some.yaml:3:1: deletion: not beside 'oneOf': write it into the definitions that are named there
            """
        ),
        (
            ["b/some.yaml": "slug: some\noneOf: [one, two]", "a/more.yaml": "slug: more\nextends: some"],
            "a/more.yaml:2:1: extends: 'some' stands for one of one, two; extend one of those"
        ),
    ])
    func refuses(files: [String: String], expected: String) {
        let found = resolve(Self.repositories(files)).diagnostics.map(\.description).joined(separator: "\n")
        #expect(found == expected)
    }

    @Test func boundsWhatOneAsksFor() {
        var files = Self.repositories(["b/s0.yaml": "slug: s0\n\(Self.made)"])
        for index in 1...9 {
            files["b/s\(index).yaml"] = "slug: s\(index)\n\(Self.made)requires: { a: s\(index - 1), b: s\(index - 1) }"
        }
        #expect(
            resolve(files).diagnostics.map(\.description) == [
                "b/s6.yaml:1:1: slug: it leads to more than 100 definitions, each counted as often as it is required"
            ])
    }

    private static let catalogue = [
        "a/net.yaml": "slug: net\nextends: net\nparameters: { zone: { default: \"\", developer: false } }",
        "a/app.yaml": """
        slug: app
        description: An app
        \(made)
        parameters: { size: { type: integer, default: 3 }, password: { generate: password, length: 20 } }
        requires:
          net: { slug: net, params: { size: "${params.size}0", zone: "${world.parameters.zone}-${resource}" } }
          disk: { slug: disk, params: { net: "${requires.net.id}/${params.size}" } }
        values: { Net: "${requires.net.id}" }
        outputs:
          url: { value: "${outputs.base}/x" }
          base: { value: "x://:${params.password}@${requires.net.id}" }
          key: { value: "${requires.net.key}" }
          plain: { value: "${requires.net.id}" }
        """,
        "b/net.yaml": """
        slug: net
        \(made)
        parameters: { size: { type: integer, maximum: 99 }, zone: {} }
        outputs: { id: { from: id }, key: { from: key, secret: true } }
        """,
        "b/disk.yaml": "slug: disk\n\(made)parameters: { net: {} }\noutputs: { path: { from: path } }",
        "b/cloud.yaml": "slug: cloud\n\(made)values: { V: \"${world.parameters.vpc}\" }",
        "b/any.yaml": "slug: any\ndescription: Any\noneOf: [cloud, needy, app]",
        "b/app.yaml": "slug: app\n\(made)", "b/needy.yaml": "slug: needy\n\(made)requires: { c: cloud }",
    ]

    private let here = World(
        name: "here", capabilities: [.local], resourceRepositories: ["a"], parameters: ["zone": "z"])
    private let bare = World(name: "bare", capabilities: [.local], resourceRepositories: ["b"])
    private let cloud = World(
        name: "cloud", capabilities: [.local], resourceRepositories: ["a"], parameters: ["vpc": "v"])
    private let none = World(name: "none", resourceRepositories: ["b"])

    @Test func aWorldTakesTheFirstThatItCanServe() throws {
        let catalogue = try resolve(Self.repositories(Self.catalogue)).get()
        func explain(_ world: World) -> String {
            guard let offer = catalogue.offer("any", in: world) else { return "" }
            let secret = catalogue.secretOutputs(of: offer).sorted().joined(separator: " ")
            return
                (catalogue.explanation(of: offer) + ["\(offer.inheritedFrom) [\(secret)]"] + [offer.unavailable ?? "ok"])
                .joined(separator: "\n")
        }
        #expect(
            explain(here) == """
                any: b/any.yaml, looked up in a, b
                not cloud: the world 'here' lacks the parameter 'vpc'
                not needy: it requires 'cloud': the world 'here' lacks the parameter 'vpc'
                takes app: a/app.yaml
                requires disk as disk: b/disk.yaml
                requires net as net: a/net.yaml
                ["b"] [base key url]
                ok
                """)
        #expect(
            [bare, cloud].map(explain) == [
                """
                any: b/any.yaml
                not cloud: the world 'bare' lacks the parameter 'vpc'
                not needy: it requires 'cloud': the world 'bare' lacks the parameter 'vpc'
                takes app: b/app.yaml
                [] []
                ok
                """,
                "any: b/any.yaml, looked up in a, b\ntakes cloud: b/cloud.yaml\n[\"b\"] []\nok",
            ])
        let lacks = "the world 'none' lacks the capability 'local'"
        #expect(
            catalogue.offer("any", in: none)?.unavailable
                == "none of those it stands for can be used (cloud: \(lacks); needy: \(lacks); app: \(lacks))")
    }

    @Test(arguments: [
        (
            ["w": Requirement(slug: "any", parameters: ["size": 4])], "here",
            """
            w.net: net of a [size=40 zone=z-w] [] [] []
            w.disk: disk of b [] [net=${requires.w.net.id}/4] [] []
            w: app of a [size=4] [] [password=20] [disk=w.disk net=w.net]
            """
        ),
        (
            [
                "b": Requirement(slug: "disk", templates: ["net": try Template("${environment}:${requires.a.plain}")]),
                "a": Requirement(slug: "app", templates: ["size": try Template("${requires.c.id}")]),
                "c": Requirement(slug: "net", templates: ["size": try Template("1${version}")]),
            ], "here",
            """
            c: net of a [size=17 zone=] [] [] []
            a.net: net of a [zone=z-a] [size=${requires.c.id}0] [] []
            a.disk: disk of b [] [net=${requires.a.net.id}/${requires.c.id}] [] []
            a: app of a [] [size=${requires.c.id}] [password=20] [disk=a.disk net=a.net]
            b: disk of b [] [net=test:${requires.a.plain}] [] []
            """
        ),
        (
            [
                "a": Requirement(slug: "app", parameters: ["size": 40, "password": "x"]),
                "b": Requirement(slug: "disk", templates: ["net": try Template("${requires.c.none}")]),
                "c": Requirement(slug: "net", templates: ["size": try Template("9${version}")]),
                "d": Requirement(slug: "app", parameters: ["size": 40]), "e": Requirement(slug: "cloud"),
            ], "here",
            """
            c: net of a [size=97 zone=] [] [] []
            b: disk of b [] [net=${requires.c.none}] [] []
            d.net: net of a [zone=z-d] [] [] []
            d.disk: disk of b [] [net=${requires.d.net.id}/40] [] []
            d: app of a [size=40] [] [password=20] [disk=d.disk net=d.net]
            requires.a.params.password: the definition of 'app' makes it up; leave it out
            requires.d.net.params.size: expected a whole number of at most 99, found 400
            requires.e: the slug 'cloud' cannot be used here: the world 'here' lacks the parameter 'vpc'
            requires.b.params.net: '${requires.c.none}': 'c' has no output 'none'; it has id, key
            """
        ),
    ])
    func plans(requirements: [String: Requirement], world: String, expected: String) throws {
        let plan = RequirementPlan(
            requirements, values: ["version": "7", "environment": "test"], in: here, worlds: [here],
            catalogue: try resolve(Self.repositories(Self.catalogue)).get())
        let lines = plan.requirements.map { requirement in
            let deferred = requirement.deferred.mapValues(\.text.source)
            return "\(requirement.name): \(requirement.slug) of \(requirement.repository) "
                + "\(sorted(requirement.parameters)) \(sorted(deferred)) \(sorted(requirement.generated)) "
                + sorted(requirement.requires)
        }
        #expect((lines + plan.problems).joined(separator: "\n") == expected)
    }

    private func sorted(_ values: [String: some Any]) -> String {
        "[" + values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") + "]"
    }
}
