import Core
import Formats
import Model
import Testing

struct PlannerTests {
    private static let id = InstanceID(application: "hello", target: "a")

    private static func input(_ change: (inout Input) -> Void = { _ in }) -> PlannerInput {
        var input = Input()
        change(&input)
        return PlannerInput(
            instance: input.instance, release: input.release, world: input.world, worldSettings: input.settings,
            requirements: input.requirements, resources: input.resources, replicas: input.replicas,
            steps: input.steps, refusals: input.refusals)
    }

    private struct Input {
        var instance = Instance(
            id: id, environment: "dev", world: "w", desired: "v2", deployed: "v1", since: Timestamp(seconds: 1),
            createdAt: Timestamp(seconds: 1))
        var release = PlannerTests.release("v2")
        var world = "w"
        var settings: JSONValue = ["parameters": ["region": "eu"]]
        var requirements = [
            PlannerTests.requirement("cache"), PlannerTests.requirement("users", "postgres"),
            PlannerTests.requirement("words"),
        ]
        var resources = [
            PlannerTests.resource("old", "value"),
            PlannerTests.resource("users", "postgres", ["size": "1", "zone": "a"]),
            PlannerTests.resource("words", "value"),
        ]
        var steps = [
            WorkloadStep(name: "build", kind: .build), WorkloadStep(name: "start", kind: .workload),
            WorkloadStep(name: "health", kind: .health, isCommit: true),
        ]
        var replicas = 1
        var refusals: [String] = []
    }

    private static func release(_ version: String, file: String = "service: hello") -> Release {
        Release(
            application: "hello", version: version, source: .commit(repository: "acme/hello", commit: "c0ffee"),
            path: "services/hello", reference: "refs/heads/main", file: Array(file.utf8),
            createdAt: Timestamp(seconds: 1))
    }

    private static func requirement(
        _ name: String, _ slug: String = "value", _ parameters: [String: String] = ["size": "2"]
    ) -> ResolvedRequirement {
        ResolvedRequirement(
            name: name, slug: slug, repository: "acme", capability: "local", parameters: parameters,
            template: ["kind": "secret"],
            values: ["length": Template(parts: [.reference(Reference(.path(["params", "size"])))])],
            outputs: [
                "value": .template("value", isSecret: true), "url": .text(Template(literal: "x"), isSecret: false),
            ])
    }

    private static func resource(
        _ name: String, _ slug: String, _ parameters: [String: String] = ["size": "2"],
        _ status: Resource.Status = .ready
    ) -> Resource {
        Resource(
            id: "r-\(name)", instance: id, name: name, world: "w", slug: slug, repository: "acme", status: status,
            parameters: parameters, createdAt: Timestamp(seconds: 1), changedAt: Timestamp(seconds: 1))
    }

    private static func text(_ plan: InstancePlan) -> String {
        let actions = plan.actions.map { "\($0.change.rawValue) \($0.kind) \($0.name): \($0.detail)" }
        let steps = plan.steps.map { "step \($0.kind) \($0.name)\($0.isCommit ? " (commit)" : "")" }
        return (["\(plan.instance) \(plan.version) \(plan.inputs)"] + actions + steps + plan.refusals).joined(
            separator: "\n")
    }

    /// The digest is what tells outdated instances and remembered failures: it must not change by itself.
    @Test func aPlanIsTheSameByteForByte() {
        #expect(
            Self.text(Planner.plan(Self.input())) == """
                hello@a v2 sha256:1044e3649694be97ccfa00da680dc12049a5d747f157a4ba67ed01922c073081
                create resource cache: value of acme
                update resource users: postgres of acme; changes size, zone
                none resource words: value of acme; as it is
                update workload hello: version v1 becomes v2
                none resource old: no longer required; kept
                step resource cache
                step resource users
                step resource words
                step build build
                step workload start
                step health health (commit)
                """)
    }

    @Test func eachInputChangesTheDigest() {
        let changes: [(inout Input) -> Void] = [
            { _ in }, { $0.release = Self.release("v3") }, { $0.release = Self.release("v2", file: "service: hullo") },
            { $0.world = "w2" }, { $0.settings = ["parameters": ["region": "us"]] }, { $0.instance.environment = "qa" },
            { $0.requirements.removeLast() }, { $0.requirements[0] = Self.requirement("cache", "redis") },
            { $0.requirements[0] = Self.requirement("cache", "value", ["size": "3"]) },
        ]
        let digests = changes.map { Planner.plan(Self.input($0)).inputs }
        #expect(Set(digests).count == changes.count)
        // What it is to be brought from is no input.
        let same: [(inout Input) -> Void] = [
            { $0.instance.deployed = nil }, { $0.resources = [] }, { $0.steps = [] }, { $0.refusals = ["no"] },
        ]
        #expect(Set(same.map { Planner.plan(Self.input($0)).inputs }) == [digests[0]])
    }

    @Test func whatWasMadeKeepsItsSlug() {
        let plan = { (status: Resource.Status, outputs: [String: Resource.Output]) in
            Planner.plan(
                Self.input { input in
                    var resource = Self.resource("cache", "redis", [:], status)
                    resource.outputs = outputs
                    input.resources = [resource]
                })
        }
        let refusal =
            "'cache' is a redis and cannot become a value: its data would be lost; require it under another name"
        let plans = [
            plan(.ready, [:]), plan(.updating, [:]), plan(.failed, ["value": .plain("x")]), plan(.failed, [:]),
            plan(.provisioning, [:]),
        ]
        #expect(plans.map(\.refusals) == [[refusal], [refusal], [refusal], [], []])
    }

    @Test func theWorkloadsChangeIsTold() {
        let details = [nil, "v1", "v2"].map { deployed in
            Planner.plan(Self.input { $0.instance.deployed = deployed }).actions.first { $0.kind == .workload }?.detail
        }
        #expect(details == ["version v2", "version v1 becomes v2", "version v2 again"])
    }

    @Test func aChangeOfReplicasIsTold() {
        let cases: [(before: Int?, after: Int)] = [(nil, 1), (nil, 3), (1, 1), (1, 3), (3, 1), (3, 3)]
        let plans = cases.map { before, after in
            Planner.plan(
                Self.input { input in
                    // Two of them are not well, which is no part of the plan.
                    input.instance.replicas = before.map { ReplicaCount(healthy: max(0, $0 - 2), total: $0) }
                    input.replicas = after
                })
        }
        let details = plans.map { $0.actions.first { $0.kind == .workload }?.detail.split(separator: "; ").last }
        let none = "version v1 becomes v2"
        #expect(details == [none, "3 replicas", none, "replicas 1 → 3", "replicas 3 → 1", none].map { $0[...] })
    }
}
