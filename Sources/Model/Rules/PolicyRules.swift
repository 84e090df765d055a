public import Core

/// What the policies of environments say of a version that is to come somewhere. Each answer names the environment, where
/// it is described, the rule, and what to do instead.
public struct PolicyRules: Sendable {
    private let topology: Topology

    public init(_ topology: Topology) { self.topology = topology }

    /// Why an environment does not take an application at all; nil when it does.
    public func refusal(of application: Application, in environment: String) -> String? {
        let policy = policy(of: environment)
        guard policy.takes(application: application.name) else {
            return
                "the environment '\(environment)' does not take '\(application.name)': its "
                + "\(rule("applications", policy.applications, environment)); whoever runs it can list it there"
        }
        guard !policy.takes(repository: application.owner?.repository) else { return nil }
        let rule = rule("repositories", policy.repositories, environment)
        guard let owner = application.owner else {
            return
                "the environment '\(environment)' takes code of certain repositories only, and none declares "
                + "'\(application.name)': its \(rule); push it to one of these"
        }
        return
            "the environment '\(environment)' takes no code of \(owner.repository), which declares "
            + "'\(application.name)': its \(rule); whoever runs it can list it there"
    }

    /// Why a version may not come to an environment this way; nil when it may.
    /// - Parameters:
    ///   - release: nil: others deploy it.
    ///   - isChange: whether the environment holds another version now.
    public func refusal(
        of version: String, _ release: Release?, of application: Application, to environment: String,
        by way: VersionWay, isChange: Bool
    ) -> DeploydError? {
        let sentence =
            refusal(of: application, in: environment)
            ?? (way == .rollback ? nil : source(of: version, release, application, environment))
            ?? (isChange ? change(of: application.name, environment, way) : nil)
        return sentence.map { DeploydError(.forbidden, $0) }
    }

    private func source(
        of version: String, _ release: Release?, _ application: Application, _ environment: String
    ) -> String? {
        let policy = policy(of: environment)
        let repository = release.map(\.repository) ?? application.owner?.repository
        guard !policy.takes(repository: repository) else { return nil }
        return
            "the environment '\(environment)' does not take version \(version) of \(application.name), which comes from "
            + "\(repository ?? "no code repository"): its "
            + "\(rule("repositories", policy.repositories, environment)); push it to one of these and deploy that"
    }

    private func change(of application: String, _ environment: String, _ way: VersionWay) -> String? {
        let policy = policy(of: environment)
        guard !policy.takes(way) else { return nil }
        let place = topology.place(of: .environment, environment)
        let rollback = "`deployd rollback \(application) --environment \(environment)`"
        switch policy.versions {
        case .any: return nil
        case .promotion:
            let trigger = way == .trigger ? "; take it out of the service's triggers" : ""
            return
                "the environment '\(environment)' takes versions by promotion only: its rule is versions: promotion"
                + "\(place); use `deployd promote \(application) --environment FROM --to \(environment)`, or \(rollback)"
                + trigger
        case .trigger:
            return
                "the environment '\(environment)' takes versions from pushes only: its rule is versions: trigger"
                + "\(place); push what the service's triggers name, or use \(rollback)"
        }
    }

    private func policy(of environment: String) -> EnvironmentPolicy {
        topology.environments[environment]?.policy ?? .open
    }

    private func rule(_ name: String, _ patterns: [String], _ environment: String) -> String {
        "rule is \(name): [\(patterns.joined(separator: ", "))]\(topology.place(of: .environment, environment))"
    }
}
