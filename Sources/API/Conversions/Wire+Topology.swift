import Client
import Engine
import Formats
import Model

extension Wire.Origin {
    init(_ origin: Origin) {
        switch origin {
        case .builtIn: self.init(kind: .builtIn)
        case .file(let file, let position): self.init(kind: .file, file: file, line: position.line)
        case .api: self.init(kind: .api)
        case .named: self.init(kind: .named)
        }
    }
}

extension Wire.Environment {
    init(_ environment: Environment, _ origins: Topology.Origins) {
        self.init(
            name: environment.name, description: environment.description, labels: environment.labels,
            targets: environment.targets.map { Target($0, origins) },
            applications: environment.policy.applications, repositories: environment.policy.repositories,
            versions: Versions(rawValue: environment.policy.versions.rawValue),
            origin: origins[.environment, environment.name].map(Wire.Origin.init))
    }
}

extension Wire.Environment.Target {
    init(_ target: Model.Target, _ origins: Topology.Origins) {
        self.init(
            name: target.name, world: target.world, labels: target.labels,
            origin: origins[.target, target.name].map(Wire.Origin.init))
    }
}

extension Wire.EnvironmentSet {
    init(_ set: EnvironmentSet, _ origins: Topology.Origins) {
        self.init(
            name: set.name, environments: set.environments, labels: set.labels,
            origin: origins[.environmentSet, set.name].map(Wire.Origin.init))
    }
}

extension Wire.Reload {
    init(_ report: ReloadReport) {
        self.init(
            status: report.hasFailed ? .failed : .succeeded, at: report.at,
            errors: report.problems.map { problem in
                Problem(
                    file: problem.file, line: problem.position?.line, column: problem.position?.column,
                    message: problem.message)
            })
    }
}
