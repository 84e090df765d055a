import Core
import Formats
import Model
import Testing

struct SharedPlanTests {
    private static func catalogue(_ template: JSONValue = ["kind": "directory"]) -> ResourceCatalogue {
        ResourceCatalogue([
            ResourceRepository(
                name: "acme",
                definitions: [
                    ResourceDefinition(
                        slug: "relay", capability: .local,
                        parameters: ["port": ParameterDefinition(defaultValue: "25")],
                        template: template, requires: ["net": Requirement(slug: "net")],
                        outputs: ["url": ResourceOutput(.template("url"))]),
                    ResourceDefinition(
                        slug: "net", capability: .local, template: [:],
                        values: ["region": Template.parse("${world.parameters.region}").template]),
                ])
        ])
    }

    private static func world(
        _ shared: [String: Requirement] = ["smtp": Requirement(slug: "relay")], named name: String = "w",
        region: String = "eu"
    ) -> World {
        World(
            name: name, capabilities: [.local], resourceRepositories: ["acme"], parameters: ["region": .string(region)],
            shared: shared)
    }

    private static func plan(
        _ uses: [String: String] = ["mail": "smtp"], in world: World = world(), worlds: [World] = [],
        from catalogue: ResourceCatalogue = catalogue(), having resources: [Resource] = []
    ) -> InstancePlan {
        let moment = Timestamp(seconds: 1)
        let id = InstanceID(application: "hello", target: "a")
        return Planner.plan(
            PlannerInput(
                instance: Instance(id: id, environment: "qa", world: world.name, since: moment, createdAt: moment),
                release: Release(
                    application: "hello", version: "v1", source: .tree(digest: "aa"), reference: nil, file: [],
                    createdAt: moment),
                world: world.name, worldSettings: [:], requirements: [], resources: [],
                shared: SharedPlan(
                    uses, in: world, worlds: worlds + [world], catalogue: catalogue, resources: resources),
                steps: [WorkloadStep(name: "start", kind: .workload, isCommit: true)], refusals: []))
    }

    private static func made(slug: String = "relay") -> [Resource] {
        let requirements = SharedPlan(
            ["mail": "smtp"], in: world(), worlds: [world()], catalogue: catalogue(), resources: []
        ).requirements
        return requirements.map { requirement in
            Resource(
                id: requirement.name, instance: nil, name: requirement.name, world: "w",
                slug: requirement.name == "smtp" ? slug : requirement.slug, repository: "acme", status: .ready,
                parameters: requirement.parameters, outputs: ["url": .plain("x")], definition: requirement.digest,
                createdAt: Timestamp(seconds: 1), changedAt: Timestamp(seconds: 1))
        }
    }

    private static func text(_ plan: InstancePlan) -> [String] {
        plan.actions.filter { $0.kind == .resource }.map { "\($0.change) \($0.name): \($0.detail)" } + plan.refusals
    }

    @Test func itIsMadeOnceAndChangedWhenItsDeclarationIs() {
        #expect(Self.plan().steps.map(\.name) == ["shared smtp.net", "shared smtp", "start"])
        let port = Self.world(["smtp": Requirement(slug: "relay", parameters: ["port": "26"])])
        let found = [
            Self.plan(), Self.plan(having: Self.made()), Self.plan(in: port, having: Self.made()),
            Self.plan(from: Self.catalogue(["kind": "secret"]), having: Self.made()),
            Self.plan(in: Self.world(region: "us"), having: Self.made()),
        ]
        let same = ["none shared smtp.net: net of acme; as it is", "none shared smtp: relay of acme; as it is"]
        #expect(
            found.map(Self.text) == [
                ["create shared smtp.net: net of acme", "create shared smtp: relay of acme"], same,
                [same[0], "update shared smtp: relay of acme; changes port"],
                [same[0], "update shared smtp: relay of acme; its definition changed"],
                ["update shared smtp.net: net of acme; its definition changed", same[1]],
            ])
        // Who uses it becomes outdated with what is declared, not with what was made of it.
        let digests = (found + [Self.plan(["post": "smtp"]), Self.plan([:])]).map(\.inputs)
        #expect(digests[0] == digests[1] && Set(digests).count == 5)
    }

    @Test func whatIsNotDeclaredIsRefused() {
        let elsewhere = Self.world(["smpt": Requirement(slug: "relay")], named: "x")
        let found = [
            Self.plan(["mail": "smpt"], worlds: [elsewhere]), Self.plan(["mail": "zzz"]),
            Self.plan(in: Self.world([:])), Self.plan(in: Self.world([:]), having: Self.made()),
            Self.plan(having: Self.made(slug: "fake")),
        ].map(\.refusals)
        let start = "requires.mail: the world 'w' "
        #expect(
            found == [
                [start + "declares no shared 'smpt'; it is there in x; did you mean 'smtp'?"],
                [start + "declares no shared 'zzz'; there is smtp"],
                [start + "declares no shared 'smtp'; it declares none"],
                [
                    start + "no longer declares the shared 'smtp', which is still there: declare it again in the world "
                        + "file, or require something else"
                ],
                [
                    "the shared 'smtp' of the world 'w' is a fake and cannot become a relay: its data would be lost; "
                        + "declare it under another name"
                ],
            ])
    }
}
