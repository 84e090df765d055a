import Client
import Core
import Glibc
import System
import Testing

/// `kill -9` of the server in the middle of a deployment: nothing is lost, and nothing happens twice.
@Suite(.serialized) struct CrashTests {
    enum Moment: String, CaseIterable {
        /// The delivery was answered a moment ago.
        case accepted
        case build, start, health
        /// The new version is healthy: the entrypoint is switched now, or was.
        case `switch`
        /// Healthy and switched; the old one is being stopped.
        case retire
    }

    @Test(arguments: Moment.allCases) func aDeploymentGoesOnAfterTheServerWasKilled(moment: Moment) async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let load = try await project.load()
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            let second = try await project.push(service(moment, gate: gate))
            try await reach(moment, of: second, gate: gate, project)
            try await server.kill()
            unlink(gate)
            try await server.start()
            try await project.runs(second)
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            try await server.expect("the first version's process to end") { server.processes.services.count == 1 }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "\(outcome.reasons)")
            #expect(Set(outcome.answers.keys) == ["one", "two"])
            let events = try await project.events()
            #expect(events.deployedVersions == [first, second])
            #expect(events.isWithoutGap)
            #expect(try await project.deployments().map(\.status) == [.succeeded, .succeeded])
            #expect(try await server.api.deliveries().items.map(\.status) == [.processed, .processed])
        }
    }

    private func service(_ moment: Moment, gate: String) -> TestService {
        switch moment {
        case .accepted, .start: TestService(version: "two")
        case .build: TestService(version: "two", behaviour: [.buildWaits(for: gate)])
        case .health, .switch: TestService(version: "two", behaviour: [.startWaits(for: gate)])
        case .retire: TestService(version: "two")
        }
    }

    /// Waits until the deployment is where the server is to be killed.
    private func reach(_ moment: Moment, of version: String, gate: String, _ project: Project) async throws {
        switch moment {
        case .accepted: break
        case .build:
            try await project.server.expect("the build to run") { access("\(gate).waits", F_OK) == 0 }
        case .start: try await project.reaches("start", of: version)
        case .health: try await project.reaches("health", of: version)
        case .switch:
            try await project.reaches("health", of: version)
            unlink(gate)
            try await project.reaches("switch", of: version)
        case .retire: try await project.reaches("stop the previous version", of: version)
        }
    }
}
