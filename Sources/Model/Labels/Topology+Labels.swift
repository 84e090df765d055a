extension Topology {
    /// What a target is selected by: its world's labels, its environment's and its own. Where several say the same key,
    /// what is nearer to the target counts.
    public func labels(of target: Target) -> [String: String] {
        let world = target.world.flatMap { worlds[$0]?.labels } ?? [:]
        let environment = environments[target.environment]?.labels ?? [:]
        return world.overlaid(by: environment).overlaid(by: target.labels)
    }

    /// An instance's labels: its application's, and its target's, which count where both say the same key: who writes
    /// code does not decide how a place is labelled.
    /// - Parameter application: the labels of its application.
    public func labels(of instance: Instance, application: [String: String]) -> [String: String] {
        let declared = targets[instance.id.target].flatMap { $0.environment == instance.environment ? $0 : nil }
        let target =
            declared ?? Target(name: instance.id.target, environment: instance.environment, world: instance.world)
        return application.overlaid(by: labels(of: target))
    }
}

extension [String: String] {
    fileprivate func overlaid(by nearer: [String: String]) -> [String: String] { merging(nearer) { $1 } }
}
