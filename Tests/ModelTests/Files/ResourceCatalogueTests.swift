import Core
import Formats
import Model
import Testing

@Suite struct ResourceCatalogueTests {
    private let near = ResourceRepository(
        name: "near",
        definitions: [
            ResourceDefinition(
                slug: "database", description: "near", capability: .local,
                parameters: [
                    "size": ParameterDefinition(kind: .integer, defaultValue: "20", minimum: 10, maximum: 30),
                    "class": ParameterDefinition(defaultValue: "small", isDeveloper: false),
                    "fast": ParameterDefinition(kind: .boolean, defaultValue: "false"),
                    "owner": ParameterDefinition(),
                ], template: [:])
        ])
    private let far = ResourceRepository(
        name: "far",
        definitions: [
            ResourceDefinition(slug: "database", description: "far", capability: .local, template: [:]),
            ResourceDefinition(slug: "queue", capability: .aws, template: [:]),
            ResourceDefinition(
                slug: "bucket", capability: .local, template: [:],
                values: ["V": Template(parts: [.reference(Reference(.path(["world", "parameters", "vpc"])))])]),
        ])
    private let both = World(name: "both", capabilities: [.local], resourceRepositories: ["near", "far", "gone"])
    private let plain = World(name: "plain", capabilities: [.local], resourceRepositories: ["near"])
    private let bare = World(name: "bare")

    private var catalogue: ResourceCatalogue { ResourceCatalogue([near, far]) }

    @Test func offersTheNearest() {
        let offers = catalogue.offers(in: both).map { offer in
            "\(offer.slug) \(offer.repository): \(offer.unavailable ?? "available")"
        }
        #expect(
            offers == [
                "bucket far: the world 'both' lacks the parameter 'vpc'", "database near: available",
                "queue far: the world 'both' lacks the capability 'aws'",
            ])
    }

    @Test func fillsInDefaults() throws {
        let requirement = Requirement(slug: "database", parameters: ["size": 25, "owner": 7, "fast": "Yes"])
        let plan = RequirementPlan(["users": requirement], values: [:], in: both, worlds: [both], catalogue: catalogue)
        #expect(
            plan.requirements.map { "\($0.name) \($0.slug) \($0.repository)" } == ["users database near"]
                && plan.requirements.first?.parameters
                    == ["size": "25", "class": "small", "fast": "true", "owner": "7"]
                && plan.problems.isEmpty)
    }

    @Test(arguments: [
        (
            Requirement(slug: "databse"), "both",
            ["requires.x: there is no slug 'databse' in the world 'both'; did you mean 'database'?"]
        ),
        (
            Requirement(slug: "bucket"), "plain",
            ["requires.x: there is no slug 'bucket' in the world 'plain'; it is there in both"]
        ),
        (
            Requirement(slug: "cache"), "both",
            ["requires.x: there is no slug 'cache' in the world 'both'; there is bucket, database, queue"]
        ),
        (
            Requirement(slug: "cache"), "bare",
            ["requires.x: there is no slug 'cache' in the world 'bare'; it has no resource repositories"]
        ),
        (
            Requirement(slug: "queue"), "both",
            ["requires.x: the slug 'queue' cannot be used here: the world 'both' lacks the capability 'aws'"]
        ),
        (
            Requirement(slug: "database", parameters: ["sise": 1, "size": 31, "class": "big", "fast": "quick"]),
            "plain",
            [
                "requires.x.params.class: the definition of 'database' fixes it; leave it out",
                "requires.x.params.fast: expected true or false, found 'quick'",
                "requires.x.params.sise: no such parameter of the slug 'database'; did you mean 'size'?",
                "requires.x.params.size: expected a whole number from 10 to 30, found 31",
                "requires.x.params.owner: the slug 'database' needs it",
            ]
        ),
        (
            Requirement(slug: "database", parameters: ["owner": "a", "zzz": 1]), "plain",
            ["requires.x.params.zzz: no such parameter of the slug 'database'; it has fast, owner, size"]
        ),
    ])
    func refuses(requirement: Requirement, world: String, expected: [String]) throws {
        let worlds = [both, plain, bare]
        let world = try #require(worlds.first { $0.name == world })
        let plan = RequirementPlan(["x": requirement], values: [:], in: world, worlds: worlds, catalogue: catalogue)
        #expect(plan.problems == expected && plan.requirements.isEmpty)
    }
}
