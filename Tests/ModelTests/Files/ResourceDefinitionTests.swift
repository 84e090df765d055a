import Core
import Formats
import Glibc
import Model
import Testing

@Suite struct ResourceDefinitionTests {
    private func parse(_ text: String) -> Parsed<DefinitionSource> {
        DefinitionSource.parse(Array(text.utf8), file: "database.yaml")
    }

    @Test func readsEverything() throws {
        let text = """
            slug: database
            description: A database
            capability: local
            parameters:
              storage: { type: integer, unit: GiB, default: 20, minimum: 20, maximum: 65536, description: Disk size }
              class: { default: 10, developer: no }
              fast: { type: boolean, default: on }
              name: {}
            template: { kind: sqlite, more: [1, yes] }
            values: { Storage: "${params.storage}", Vpc: "${world.parameters.vpcId}-${application}" }
            outputs:
              path: { from: Path }
              password: { from: Password, secret: true }
              url: { value: "x://${outputs.password}@${outputs.path}/${params.name}/${world.parameters.zone}", secret: true }
            deletion: delete
            """
        let expected = ResourceDefinition(
            slug: "database", description: "A database", capability: .local,
            parameters: [
                "storage": ParameterDefinition(
                    kind: .integer, defaultValue: "20", minimum: 20, maximum: 65536, unit: "GiB",
                    description: "Disk size"),
                "class": ParameterDefinition(defaultValue: "10", isDeveloper: false),
                "fast": ParameterDefinition(kind: .boolean, defaultValue: "true"), "name": ParameterDefinition(),
            ],
            template: ["kind": "sqlite", "more": [1, "yes"]],
            values: [
                "Storage": try Template("${params.storage}"),
                "Vpc": try Template("${world.parameters.vpcId}-${application}"),
            ],
            outputs: [
                "path": ResourceOutput(.template("Path")),
                "password": ResourceOutput(.template("Password"), isSecret: true),
                "url": ResourceOutput(
                    .text(
                        try Template(
                            "x://${outputs.password}@${outputs.path}/${params.name}/${world.parameters.zone}")),
                    isSecret: true),
            ],
            deletion: .delete)
        let catalogue = try resolve(["r/repository.yaml": "repository: r", "r/database.yaml": text]).get()
        #expect(catalogue == ResourceCatalogue([ResourceRepository(name: "r", definitions: [expected])]))
        #expect(expected.worldParameters == ["vpcId", "zone"])
        #expect(expected.example == "requires:\n  database: { slug: database, params: { name: … } }\n")
        let schema: JSONValue = [
            "type": "object", "additionalProperties": false, "required": ["name"],
            "properties": [
                "storage": [
                    "type": "integer", "minimum": 20, "maximum": 65536, "default": 20,
                    "description": "Disk size (GiB)",
                ],
                "fast": ["type": "boolean", "default": true], "name": ["type": "string"],
            ],
        ]
        #expect(expected.parametersSchema == schema)
    }

    @Test func reportsEverythingAtOnce() {
        let text = """
            slug: data base
            capabilty: aws
            capability: aws
            extend: postgres
            requires: { net: { params: { a: "${params.z} ${params.d}", b: "${requires.app.x}" } }, app: { slug: app, params: { c: "${requires.net.y}" } } }
            # nothing
            parameters:
              a: { type: int, default: 5 }
              b: { type: integer, default: five, minimum: 9, maximum: 3 }
              c: { minimum: 1, developer: false }
              d: { generate: password, length: 4, type: integer, secret: no, developer: yes, default: 1 }
              e: { type: integer, default: 5, maximum: 3 }
              f-g: {}
            template: postgres.cfn.yaml
            values: { A: "${params.z} ${outputs.url} ${params.a}" }
            outputs:
              url: { from: A, value: B }
              none: {}
              one: { value: "${outputs.two} ${outputs.three}" }
              two: { value: "${outputs.one}" }
            deletion: never
            """
        let expected = """
            database.yaml:1:7: slug: 'data base': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            database.yaml:2:1: capabilty: unknown key; did you mean 'capability'?
            database.yaml:3:13: capability: 'aws' is not built yet
            database.yaml:4:1: extend: unknown key; did you mean 'extends'?
            database.yaml:5:18: requires.net: missing: write which slug it is
            database.yaml:5:34: requires.net.params.a: unknown reference '${params.z}'; did you mean 'params.a'?
            database.yaml:5:46: requires.net.params.a: '${params.d}' is secret and cannot be passed on; let 'net' make it, and give it as an output
            database.yaml:5:93: requires.app: cannot need itself: app (database.yaml:5) → net (database.yaml:5) → app
            database.yaml:8:14: parameters.a.type: expected one of string, integer, boolean, found 'int'; did you mean 'integer'?
            database.yaml:9:47: parameters.b.minimum: 9 is greater than the maximum, 3
            database.yaml:10:17: parameters.c.minimum: only an integer has bounds; write 'type: integer'
            database.yaml:10:31: parameters.c.developer: nobody could set it: give it a default
            database.yaml:11:36: parameters.d.length: expected a whole number from 8 to 512, found the number 4
            database.yaml:11:45: parameters.d.type: a password is a string
            database.yaml:11:62: parameters.d.secret: a password is always secret; leave it out
            database.yaml:11:77: parameters.d.developer: nobody sets a value that is made up; leave it out
            database.yaml:11:91: parameters.d.default: write either default or generate
            database.yaml:12:32: parameters.e.default: expected a whole number of at most 3, found 5
            database.yaml:13:3: parameters.f-g: not a name: use letters, digits and '_', a letter first
            database.yaml:15:15: values.A: unknown reference '${params.z}'; did you mean 'params.a'?
            database.yaml:15:27: values.A: unknown reference '${outputs.url}'; known here: application, environment, params.a, params.b, params.c, params.d, params.e, params.f-g, requires.app.*, requires.net.*, resource, target, world, world.parameters.*
            database.yaml:17:8: outputs.url: write either from or value
            database.yaml:18:9: outputs.none: write either from or value
            database.yaml:19:17: outputs.one.value: an output cannot refer to itself: one (database.yaml:19) → two (database.yaml:20) → one
            database.yaml:19:33: outputs.one.value: unknown reference '${outputs.three}'; there is outputs.one, outputs.two
            database.yaml:21:11: deletion: expected one of retain, delete, found 'never'

            """
        #expect(parse(text).diagnostics.text == expected)
    }

    @Test func checksRepositories() {
        let files = [
            "repository.yaml": "repository: acmee\ninherit: [precanned]\n",
            "good.yaml": "slug: good\ncapability: local\ntemplate: { kind: port }\n",
            "other.yaml": "# a comment\nslug: better\ncapability: deploy:process\ntemplate: {}\n",
            "third.yaml": "\nslug: misnamed\ncapability: local\ntemplate: {}\n", "empty.yaml": "",
        ]
        func read(_ files: [String: String]) -> String {
            RepositorySource.parse(folder: "repos/acme", files: files.mapValues { Array($0.utf8) }).diagnostics.text
        }
        #expect(
            read(files) == """
                repos/acme/repository.yaml:2:1: inherit: unknown key; did you mean 'inherits'?
                repos/acme/empty.yaml:1:1: the file is empty; a definition needs slug, capability and template
                repos/acme/other.yaml:3:13: capability: 'deploy:process' makes no resources; use local or deploy:kubernetes
                repos/acme/third.yaml:2:1: slug: name the file 'misnamed.yaml', as its slug

                """)
        #expect(
            read(["repository.yaml": "repository: acmee"])
                == "repos/acme/repository.yaml:1:1: repository: the folder is named 'acme'; the two must be equal\n")
        #expect(read([:]) == "repos/acme/repository.yaml:1:1: the file is missing; write 'repository: acme' into it\n")
    }

    @Test func precannedRepositoryIsValid() throws {
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let databases = ["postgres", "redis", "mongodb"].flatMap { [$0, "\($0)-kubernetes", "\($0)-kubernetes.k8s"] }
        let names = (["repository", "directory", "secret", "port", "sqlite"] + databases).map { "\($0).yaml" }
        var files: [String: [UInt8]] = [:]
        for name in names { files[name] = try read("/\(folder)/resource-repos/precanned/\(name)") }
        let source = try RepositorySource.parse(folder: "resource-repos/precanned", files: files).get()
        let repository = try #require(try ResourceCatalogue.resolve([source]).get().repositories["precanned"])
        let outputs = repository.definitions.mapValues { $0.outputs.mapValues(\.isSecret) }
        let store = ["host": false, "port": false, "password": true, "url": true]
        #expect(
            outputs == [
                "directory": ["path": false], "secret": ["value": true], "port": ["port": false],
                "sqlite": ["path": false, "url": false], "redis-kubernetes": store,
                "mongodb-kubernetes": store.merging(["user": false]) { $1 },
                "postgres-kubernetes": store.merging(["user": false, "database": false]) { $1 },
            ])
        #expect(repository.definitions["secret"]?.parameters["length"]?.defaultValue == "32")
        let own = repository.definitions.filter { $0.value.capability == .local }
        #expect(own.count == 4 && own.allSatisfy { $0.value.template["kind"] == .string($0.key) })
    }

    @Test func acmeRepositoryIsValid() throws {
        let folder = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let files = [
            "acme": ["console", "database", "mail", "mail-folder", "mail-relay", "session-key"],
            "precanned": ["directory", "secret", "port", "sqlite"],
        ]
        let sources = try files.map { name, slugs in
            let paths = (slugs + ["repository"]).map { "\($0).yaml" }
            let texts = try paths.map { ($0, try read("/\(folder)/resource-repos/\(name)/\($0)")) }
            return try RepositorySource.parse(folder: name, files: Dictionary(uniqueKeysWithValues: texts)).get()
        }
        let catalogue = try ResourceCatalogue.resolve(sources).get()
        func offers(_ parameters: [String: JSONValue]) -> [String] {
            let world = World(
                name: "w", capabilities: [.local], resourceRepositories: ["acme"], parameters: parameters)
            return catalogue.offers(in: world).filter { $0.repository == "acme" }.map { offer in
                let outputs = catalogue.secretOutputs(of: offer).sorted()
                return "\(offer.slug): \(offer.definition.slug) \(offer.inheritedFrom) \(outputs)"
                    + (offer.unavailable.map { " \($0)" } ?? "")
            }
        }
        #expect(
            offers([:]) == [
                #"console: console [] ["cookies", "login"]"#, #"database: database ["precanned"] []"#,
                #"mail: mail-folder ["precanned"] []"#, #"mail-folder: mail-folder ["precanned"] []"#,
                #"mail-relay: mail-relay ["precanned"] [] the world 'w' lacks the parameter 'smtpRelay'"#,
                #"session-key: session-key ["precanned"] ["value"]"#,
            ])
        #expect(offers(["smtpRelay": "relay:25"]).contains(#"mail: mail-relay ["precanned"] []"#))
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"), "cannot open \(path)")
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
