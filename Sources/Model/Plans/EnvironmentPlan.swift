import Core
import Crypto

/// What setting a version would do to every instance of an application in an environment.
public struct EnvironmentPlan: Sendable, Equatable {
    public let application: String
    public let environment: String
    public let version: String
    /// By target.
    public let instances: [InstancePlan]

    public init(application: String, environment: String, version: String, instances: [InstancePlan]) {
        self.application = application
        self.environment = environment
        self.version = version
        self.instances = instances
    }

    /// Another one as soon as anything would be done differently.
    public var digest: String {
        let value: JSONValue = .object([
            "application": .string(application), "environment": .string(environment), "version": .string(version),
            "instances": .array(instances.map(\.canonical)),
        ])
        return "sha256:" + Digest.sha256(of: value.bytes).hex
    }
}

extension InstancePlan {
    fileprivate var canonical: JSONValue {
        .object([
            "target": .string(instance.target), "inputs": .string(inputs),
            "refusals": .array(refusals.map(JSONValue.string)),
            "actions": .array(
                actions.map { action in
                    .array([
                        .string(action.kind.rawValue), .string(action.name), .string(action.change.rawValue),
                        .string(action.detail),
                    ])
                }),
        ])
    }
}
