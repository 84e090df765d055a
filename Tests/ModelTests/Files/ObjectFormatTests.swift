import Core
import Formats
import Model
import Testing

/// What the API makes beside the world files.
@Suite struct ObjectFormatTests {
    private func read(
        _ kind: ObjectKind, _ json: JSONValue, name: String? = nil, environment: String? = nil
    ) -> Parsed<ObjectBody> {
        ObjectFormat.read(kind, json, name: name, environment: environment)
    }

    @Test func readsEveryKind() throws {
        let qa = try read(
            .environment,
            [
                "name": "qa", "description": "For QA", "labels": ["tier": 1, "none": nil],
                "targets": [["name": "a", "world": "w"], ["name": "b", "world": nil]],
            ]
        ).get()
        #expect(
            qa.content
                == .environment(
                    Environment(name: "qa", description: "For QA", labels: ["tier": "1"]),
                    targets: [
                        Target(name: "a", environment: "qa", world: "w"),
                        Target(name: "b", environment: "qa", world: nil),
                    ]))
        #expect(qa.document["targets"] == nil && qa.document["name"] == nil)
        #expect(
            try read(.environment, [:], name: "qa").get().content
                == .environment(Environment(name: "qa"), targets: nil))
        #expect(
            try read(.environmentSet, ["environments": ["a", "b"]], name: "web").get().content
                == .environmentSet(EnvironmentSet(name: "web", environments: ["a", "b"])))
        #expect(
            try read(.target, ["name": "a", "world": nil], environment: "qa").get().content
                == .target(Target(name: "a", environment: "qa", world: nil)))
        let world: JSONValue = [
            "world": "lab", "trusted": true, "capabilities": ["deploy:process": [:]],
            "parameters": ["ids": ["a", "b"]],
            "targets": [["environment": "qa"]],
        ]
        #expect(
            try read(.world, world, name: "lab").get().content
                == .world(
                    World(
                        name: "lab", capabilities: [.deployProcess], isTrusted: true,
                        parameters: ["ids": ["a", "b"]]), targets: [.init(environment: "qa")]))
    }

    static let wrong: [(ObjectKind, JSONValue, [String])] = [
        (.environment, [], [" must be an object"]),
        (.environment, ["name": "other"], ["/name must be 'x', as in the path; nothing is renamed"]),
        (
            .environment,
            [
                "desciption": "", "windows": [], "labels": 5,
                "targets": [["name": "A"], ["world": "w"], ["name": "b"], ["name": "b"], 5],
            ],
            [
                "/desciption unknown key; did you mean 'description'?", "/windows not built yet",
                "/labels expected a mapping, found the number 5",
                "/targets/3 'b' is in it twice",
                "/targets/0/name 'A': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'",
                "/targets/1/name missing: expected a name",
                "/targets/4 expected a mapping, found the number 5; known here: name, world, labels",
            ]
        ),
        (.environmentSet, [:], ["/environments missing: expected a list"]),
        (.environmentSet, ["environments": ["a", "a"]], ["/environments/1 'a' is named twice"]),
        (
            .world, ["resourceRepositories": ["acme", ["git": "https://example.com/r", "ref": "v1"]]],
            [
                "/resourceRepositories/1 a git URL is for world files on the server's disk; name a repository that one "
                    + "of them reads"
            ]
        ),
        (.target, ["wordl": "w"], ["/wordl unknown key; did you mean 'world'?"]),
        (
            .world, ["entrypoints": ["domain": "x.example.com", "tls": ["certificate": "PEM", "key": "PEM"]]],
            ["/entrypoints/tls is for world files on the server's disk; what the API makes keeps no key"]
        ),
        (
            .world, ["description": "${file:/etc/passwd}", "capabilities": ["deploy:process": [:]]],
            [
                "/description '${env:…}' and '${file:…}' are for world files on the server's disk; "
                    + "what the API makes has no use of them",
                "/capabilities/deploy:process needs 'trusted: true' in this world, because it runs pushed code on this "
                    + "host, beside deployd",
            ]
        ),
    ]

    @Test func saysWhatIsWrongAndWhere() {
        for (kind, json, expected) in Self.wrong {
            let found = read(kind, json, name: "x", environment: kind == .target ? "qa" : nil).diagnostics
            #expect(found.map { "\($0.path.pointer) \($0.message)" } == expected)
        }
        #expect(read(.environment, [:]).diagnostics.map(\.path.pointer) == ["/name"])
    }

    private static func object(_ kind: ObjectKind, _ name: String, _ document: JSONValue) -> DeclaredObject {
        DeclaredObject(id: ObjectID(kind, name), document: document, changedAt: Timestamp(seconds: 1))
    }

    @Test func isAddedToWhatTheFilesSay() throws {
        let file = try WorldFile.parse(
            Array("world: w\ntargets: [{ name: w-a, environment: qa }]\n".utf8), file: "w.yaml"
        ).get()
        let files = try Topology.assemble([file], repositories: []).get()
        let (topology, problems) = files.adding(
            [
                Self.object(.environment, "qa", ["description": "For QA"]),
                Self.object(.environmentSet, "default", ["environments": ["qa", "late"]]),
                Self.object(.target, "qa-t", ["environment": "qa"]),
                Self.object(.world, "lab", ["targets": [["environment": "late"]]]),
            ], repositories: [])
        #expect(problems == [])
        #expect(
            topology
                == Topology(
                    worlds: [World(name: "w"), World(name: "lab")],
                    environments: [
                        Environment(
                            name: "qa", description: "For QA",
                            targets: [
                                Target(name: "qa-t", environment: "qa", world: nil),
                                Target(name: "w-a", environment: "qa", world: "w"),
                            ]),
                        Environment(
                            name: "late", targets: [Target(name: "lab", environment: "late", world: "lab")]),
                    ], environmentSets: [EnvironmentSet(name: "default", environments: ["qa", "late"])]))
        #expect(topology.origins[.environment, "qa"] == .api && topology.origins[.environment, "late"] == .named)
        #expect(topology.origins[.target, "w-a"] == .file("w.yaml", SourcePosition(line: 2, column: 11)))
    }

    /// Both say what they say; who has the file is told where.
    @Test func leavesOutWhatContradictsTheFiles() throws {
        let text =
            "world: w\n---\nenvironment: qa\ntargets: [{ name: t }]\n---\nenvironmentSet: s\nenvironments: [qa]\n"
        let files = try Topology.assemble(
            [try WorldFile.parse(Array(text.utf8), file: "w.yaml").get()], repositories: []
        )
        .get()
        let (topology, problems) = files.adding(
            [
                Self.object(.environment, "qa", ["description": "x"]),
                Self.object(.environmentSet, "s", ["environments": ["other"]]),
                Self.object(.target, "t", ["environment": "other"]),
                Self.object(.target, "gone", ["environment": "qa", "world": "old"]),
                Self.object(.world, "w", [:]),
                Self.object(.world, "x", ["resourceRepositories": "a", "gone": 1]),
            ], repositories: [])
        #expect(topology == files)
        let both = "is declared here, and was made by the API too: take it out of this file, or remove the API's"
        #expect(
            problems.map(\.description) == [
                "the world 'x', made by the API, is not valid any more: gone: unknown key",
                "the world 'x', made by the API, is not valid any more: resourceRepositories: expected a list, found 'a'",
                "w.yaml:1:1: the world 'w' \(both) (DELETE /api/v1/worlds/w)",
                "w.yaml:3:1: the environment 'qa' \(both) (DELETE /api/v1/environments/qa)",
                "w.yaml:6:1: the environment set 's' \(both) (DELETE /api/v1/environment-sets/s)",
                "the target 'gone' of the environment 'qa' was made by the API and names the world 'old', which nothing "
                    + "describes any more: describe it again, or remove the target "
                    + "(DELETE /api/v1/environments/qa/targets/gone)",
                "w.yaml:4:11: the target 't' \(both) (DELETE /api/v1/environments/other/targets/t)",
            ])
    }

    @Test func takesThePlaceOfWhatIsBuiltIn() {
        let builtIn = Topology.builtIn(repositories: [], isTrusted: true)
        let (topology, problems) = builtIn.adding(
            [
                Self.object(.environmentSet, "default", ["environments": ["qa", "local"]]),
                Self.object(.target, "local", ["environment": "qa", "world": "local"]),
            ], repositories: [])
        #expect(problems == [])
        #expect(topology.targets == ["local": Target(name: "local", environment: "qa", world: "local")])
        #expect(topology.environments["local"]?.targets == [])
        #expect(topology.environmentSets["default"]?.environments == ["qa", "local"])
    }
}
