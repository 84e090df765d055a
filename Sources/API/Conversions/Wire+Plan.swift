import Client
import Engine
import Model

extension Wire.Plan {
    init(_ previewed: PlanService.PreviewedPlan) {
        let plan = previewed.plan
        self.init(
            digest: plan.digest, application: plan.application, environment: plan.environment, version: plan.version,
            targets: plan.instances.map { instance in
                let preview = previewed.previews[instance.instance]
                return Target(
                    target: instance.instance.target,
                    actions: instance.actions.map {
                        Action(kind: $0.kind.rawValue, name: $0.name, action: $0.change.rawValue, detail: $0.detail)
                    },
                    objects: (preview?.objects ?? []).map {
                        Object(kind: $0.kind, name: $0.name, action: $0.change.rawValue, diff: $0.lines)
                    },
                    note: preview?.note, refusals: instance.refusals)
            })
    }
}
