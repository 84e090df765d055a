import Core
import Formats
import Model
import Testing

struct BeforeDeployPlanTests {
    private static let instance = InstanceID(application: "hello", target: "a")

    private static func plan(ranIn deployment: String?, isRestart: Bool = false) throws -> BeforeDeployPlan? {
        let moment = Timestamp(seconds: 1)
        return BeforeDeployPlan(
            [try Template("./migrate"), try Template("${version}")],
            run: deployment.map {
                BeforeDeployRun(instance: instance, version: "v1", deployment: $0, endedAt: moment)
            },
            deployment: Deployment(
                id: "d1", instance: instance, environment: "qa", world: "w", version: "v1", actor: "ada", cause: nil,
                isRestart: isRestart, createdAt: moment))
    }

    /// Once for each version of an instance; the deployment that did it keeps its step.
    @Test func isAStepOnce() throws {
        let plans = [
            try Self.plan(ranIn: nil), try Self.plan(ranIn: "d1"), try Self.plan(ranIn: "d0"),
            try Self.plan(ranIn: nil, isRestart: true),
        ]
        #expect(plans.map { $0?.isStep } == [true, true, false, false])
        let actions = plans.map { plan in Self.actions(plan).map { "\($0.change) \($0.kind) \($0.name): \($0.detail)" }
        }
        let once = "create beforeDeploy ./migrate: ./migrate ${version}, once before version v1"
        let done = "none beforeDeploy ./migrate: ran for version v1 already"
        let service = "create workload hello: version v1"
        #expect(actions == [[once, service], [done, service], [done, service], [done, service]])
        #expect(Self.actions(nil).map(\.kind) == [.workload])
    }

    private static func actions(_ beforeDeploy: BeforeDeployPlan?) -> [PlanAction] {
        let moment = Timestamp(seconds: 1)
        return Planner.plan(
            PlannerInput(
                instance: Instance(id: instance, environment: "qa", world: "w", since: moment, createdAt: moment),
                release: Release(
                    application: "hello", version: "v1", source: .tree(digest: "ab"), reference: nil, file: [],
                    createdAt: moment),
                world: "w", worldSettings: .null, requirements: [], resources: [], beforeDeploy: beforeDeploy,
                steps: [], refusals: [])
        ).actions
    }
}
