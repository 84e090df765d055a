import Client
import Model

extension Wire.Plan {
    init(_ plan: EnvironmentPlan) {
        self.init(
            digest: plan.digest, application: plan.application, environment: plan.environment, version: plan.version,
            targets: plan.instances.map { instance in
                Target(
                    target: instance.instance.target,
                    actions: instance.actions.map {
                        Action(kind: $0.kind.rawValue, name: $0.name, action: $0.change.rawValue, detail: $0.detail)
                    }, refusals: instance.refusals)
            })
    }
}
