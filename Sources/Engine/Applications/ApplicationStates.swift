import Core
import Formats
public import Model

/// Reads what applications that require each other are like in one environment.
struct ApplicationStates {
    /// Reached from one service; more are not looked at.
    private static let maximum = 200

    let environment: String
    let reader: any StorageReader

    /// Those that a service requires and in turn what these require.
    func reached(from names: some Collection<String>) throws -> [String: ApplicationState] {
        var states: [String: ApplicationState] = [:]
        var waiting = Set(names).sorted()
        while let name = waiting.popLast(), states.count < ApplicationStates.maximum {
            guard states[name] == nil else { continue }
            let state = try state(of: name)
            states[name] = state
            waiting += (state.file?.applications ?? [:]).values
        }
        return states
    }

    private func state(of name: String) throws -> ApplicationState {
        let all = try reader.instances(
            InstanceFilter(application: name, environment: environment, includesDestroyed: true))
        let instances = all.filter { $0.lifecycle.state != .destroyed }
        let desired = try reader.environmentVersion(name, environment)?.desired
        return ApplicationState(
            name: name, isKnown: try reader.application(name) != nil, instances: instances,
            wasDestroyed: all.contains { $0.lifecycle.state == .destroyed && !$0.isDetached }, desired: desired,
            file: try desired.flatMap { try file(of: name, version: $0) },
            unfinished: try instances.flatMap { try reader.unfinishedDeployments(of: $0.id) })
    }

    /// A version's frozen file as it is in the environment, with the names that the applications have now that it requires;
    /// nil where there is none, or an older deployd took it.
    func file(of application: String, version: String) throws -> ServiceFile? {
        guard let release = try reader.release(application, version),
            var file = ServiceFile.parse(release.file).value?.variant(for: environment)
        else { return nil }
        file.applications = try current(file.applications)
        return file
    }

    /// What requires an application by a name that it had before means the same one, unless another has that name.
    func current(_ applications: [String: String]) throws -> [String: String] {
        try applications.mapValues { try reader.currentName(of: $0) }
    }

    /// Every application that is there.
    func names() throws -> [String] {
        Set(try reader.instances(InstanceFilter(environment: environment)).map(\.id.application)).sorted()
    }
}

/// An instance that requires another application, and the name that it has for it.
public struct ApplicationDependent: Sendable, Equatable {
    public let instance: InstanceID
    public let name: String
}

extension ApplicationStates {
    /// The instances that are given the address of `instance`, with what runs there or is to run there.
    func dependents(on instance: Instance) throws -> [ApplicationDependent] {
        let application = instance.id.application
        let present = try reader.instances(InstanceFilter(application: application, environment: environment))
        var dependents: [ApplicationDependent] = []
        for other in try reader.instances(InstanceFilter(environment: environment))
        where other.id.application != application
            && ApplicationPlan.choice(among: present, for: other.id.target)?.id == instance.id
        {
            var names: Set<String> = []
            for version in Set([other.deployed, other.wanted].compactMap { $0 }) {
                let file = try file(of: other.id.application, version: version)
                names.formUnion((file?.applications ?? [:]).filter { $0.value == application }.keys)
            }
            dependents += names.sorted().map { ApplicationDependent(instance: other.id, name: $0) }
        }
        return dependents
    }
}
