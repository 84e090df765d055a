import Core
import Formats
import Model
import Testing

@Suite struct InheritanceTests {
    @Test func aDefinitionOverridesDeeply() throws {
        let files = [
            "base/repository.yaml": "repository: base",
            "base/database.yaml": """
            slug: database
            description: A database
            capability: local
            parameters:
              size: { type: integer, unit: GiB, default: 20, minimum: 10, maximum: 30, description: Disk }
              owner: {}
            template: { kind: sqlite, options: { a: 1, b: [1, 2] } }
            values: { Size: "${params.size}", Owner: "${params.owner}" }
            outputs: { path: { from: path }, url: { value: "x://${outputs.path}" }, kept: { from: kept } }
            """,
            "acme/repository.yaml": "repository: acme\ninherits: [base]",
            "acme/database.yaml": """
            slug: database
            extends: database
            parameters: { owner: { default: acme, developer: false }, zone: { default: a } }
            values: { Zone: "${params.zone}-${params.size}" }
            """,
            "acme/large.yaml": """
            slug: large
            description: A large one
            extends: database
            parameters: { size: { default: 30, minimum: 20 } }
            template: { options: { b: [3], c: x } }
            outputs: { url: { secret: true }, kept: { value: "${params.zone}" } }
            deletion: delete
            """,
        ]
        let size = ParameterDefinition(
            kind: .integer, defaultValue: "20", minimum: 10, maximum: 30, unit: "GiB", description: "Disk")
        let base = ResourceDefinition(
            slug: "database", description: "A database", capability: .local,
            parameters: ["size": size, "owner": ParameterDefinition()],
            template: ["kind": "sqlite", "options": ["a": 1, "b": [1, 2]]],
            values: ["Size": try Template("${params.size}"), "Owner": try Template("${params.owner}")],
            outputs: [
                "path": ResourceOutput(.template("path")),
                "url": ResourceOutput(.text(try Template("x://${outputs.path}"))),
                "kept": ResourceOutput(.template("kept")),
            ])
        var parameters = base.parameters
        parameters["owner"] = ParameterDefinition(defaultValue: "acme", isDeveloper: false)
        parameters["zone"] = ParameterDefinition(defaultValue: "a")
        let values = base.values.merging(["Zone": try Template("${params.zone}-${params.size}")]) { $1 }
        let database = ResourceDefinition(
            slug: "database", description: "A database", capability: .local, parameters: parameters,
            template: base.template, values: values, outputs: base.outputs,
            lineage: [.init(slug: "database", repository: "base")])
        parameters["size"] = ParameterDefinition(
            kind: .integer, defaultValue: "30", minimum: 20, maximum: 30, unit: "GiB", description: "Disk")
        let large = ResourceDefinition(
            slug: "large", description: "A large one", capability: .local, parameters: parameters,
            template: ["kind": "sqlite", "options": ["a": 1, "b": [3], "c": "x"]], values: values,
            outputs: [
                "path": ResourceOutput(.template("path")),
                "url": ResourceOutput(.text(try Template("x://${outputs.path}")), isSecret: true),
                "kept": ResourceOutput(.text(try Template("${params.zone}"))),
            ],
            deletion: .delete,
            lineage: [.init(slug: "database", repository: "acme"), .init(slug: "database", repository: "base")])
        let acme = ResourceRepository(
            name: "acme", inherits: ["base"], order: ["acme", "base"], definitions: [database, large])
        let expected = ResourceCatalogue([acme, ResourceRepository(name: "base", definitions: [base])])
        #expect(try resolve(files).get() == expected)

        let world = World(name: "here", capabilities: [.local], resourceRepositories: ["acme", "base"])
        let offers = expected.offers(in: world).map { "\($0.slug) \($0.repository) \($0.inheritedFrom)" }
        #expect(offers == [#"database acme ["base"]"#, #"large acme ["base"]"#])
        let inherited = try resolve(files.filter { $0.key != "acme/database.yaml" && $0.key != "acme/large.yaml" })
            .get()
        let offer = inherited.offer("database", in: world)
        #expect(
            offer?.definition == base && offer?.through == "acme" && offer?.inheritedFrom == ["base"]
                && offer.map(inherited.explanation) == ["database: base/database.yaml, looked up in acme, base"])
    }

    @Test(arguments: [
        ("a: b c, b: d, c: d, d: ", "a: a b c d"), ("a: b c, b: c, c: ", "a: a b c"), ("a: c b, b: c, c: ", "a: a b c"),
        ("a: b c, b: d, c: , d: ", "a: a b d c"), ("a: b d, b: c, c: d, d: ", "a: a b c d"), ("a: ", "a: a"),
    ])
    func looksRepositoriesUpInOrder(inherits: String, expected: String) throws {
        var files: [String: String] = [:]
        for repository in inherits.split(separator: ",") {
            let parts = repository.split(separator: ":").map { $0.split(separator: " ").map(String.init) }
            let name = parts[0][0]
            files["\(name)/repository.yaml"] = "repository: \(name)\ninherits: \(parts[1])"
        }
        let order = try #require(try resolve(files).get().repositories["a"]?.order)
        #expect("a: \(order.joined(separator: " "))" == expected)
    }

    private static let port = "slug: port\ncapability: local\ntemplate: { kind: port }\n"

    @Test(arguments: [
        // A cycle is reported once, whatever leads into it.
        (
            [
                "a/repository.yaml": "repository: a\ninherits: [b]",
                "b/repository.yaml": "repository: b\ninherits:\n- d\n- c",
                "c/repository.yaml": "repository: c\n\ninherits: [b]", "d/repository.yaml": "repository: d",
                "e/repository.yaml": "repository: e\ninherits: [e]",
            ],
            """
            b/repository.yaml:4:3: inherits[1]: a repository cannot inherit itself: b (b/repository.yaml:4) → c (c/repository.yaml:3) → b
            e/repository.yaml:2:12: inherits[0]: a repository cannot inherit itself: e (e/repository.yaml:2) → e
            """
        ),
        (
            [
                "a/repository.yaml": "repository: a\ninherits: [preccaned, precanned, precanned]",
                "precanned/repository.yaml": "repository: precanned", "b/repository.yaml": "repository: b",
            ],
            "a/repository.yaml:2:34: inherits[2]: 'precanned' is named twice"
        ),
        (
            [
                "a/repository.yaml": "repository: a\ninherits: [preccaned, other]",
                "precanned/repository.yaml": "repository: precanned",
            ],
            """
            a/repository.yaml:2:12: inherits[0]: there is no resource repository 'preccaned'; did you mean 'precanned'?
            a/repository.yaml:2:23: inherits[1]: there is no resource repository 'other'; there is precanned
            """
        ),
        (
            [
                "a/repository.yaml": "repository: a\ninherits: [b]", "b/repository.yaml": "repository: b",
                "b/port.yaml": port, "a/one.yaml": "slug: one\nextends: prt", "a/two.yaml": "slug: two\nextends: three",
                "a/three.yaml": "slug: three\n\nextends: four", "a/four.yaml": "slug: four\nextends: two",
                "a/self.yaml": "slug: self\nextends: self", "b/other.yaml": "slug: other\nextends: onne",
                "a/after.yaml": "slug: after\nextends: two",
            ],
            """
            a/four.yaml:2:1: extends: a definition cannot extend itself: four (a/four.yaml:2) → two (a/two.yaml:2) → three (a/three.yaml:3) → four
            a/one.yaml:2:1: extends: there is no 'prt' in 'a' or in 'b', which it inherits; did you mean 'port'?
            a/self.yaml:2:1: extends: nothing that 'a' inherits has 'self', so there is nothing to extend
            b/other.yaml:2:1: extends: there is no 'onne' in 'b' and 'inherits' names no other
            """
        ),
        // What is inherited and what overrides it are checked together.
        (
            [
                "a/repository.yaml": "repository: a\ninherits: [b]", "b/repository.yaml": "repository: b",
                "b/port.yaml": port
                    + "parameters: { size: { type: integer, default: 5 }, name: {} }\nvalues: { N: \"${params.name}\" }\noutputs: { x: { from: x }, y: { value: \"${outputs.x}\" } }",
                "a/port.yaml":
                    "slug: port\nextends: port\nparameters:\n  size: { minimum: 7 }\n  name: { developer: false }\n  more: { type: integer, default: x }\noutputs:\n  x: { value: \"${outputs.y}\" }\n  z: { secret: true }\n",
                "a/next.yaml": "slug: next\nextends: port\n",
            ],
            """
            a/port.yaml:4:9: parameters.size.default: expected a whole number of at least 7, found 5
            a/port.yaml:5:22: parameters.name.developer: nobody could set it: give it a default
            a/port.yaml:6:35: parameters.more.default: expected a whole number, found 'x'
            a/port.yaml:8:15: outputs.x.value: an output cannot refer to itself: x (a/port.yaml:8) → y (a/port.yaml:8) → x
            a/port.yaml:9:6: outputs.z: write either from or value
            """
        ),
    ])
    func refuses(files: [String: String], expected: String) {
        #expect(resolve(files).diagnostics.map(\.description).joined(separator: "\n") == expected)
    }
}
