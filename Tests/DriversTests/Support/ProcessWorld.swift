import Core
import HTTPClient
import Model
import System
import TestSupport

@testable import Drivers

/// A world of its own with `deploy:process`: real git, supervisors and HAProxy, below one temporary directory.
final class ProcessWorld: Sendable {
    let directory = TemporaryDirectory("dd")
    let runner: CommandRunner
    let threads = BlockingThreads()
    let client = HTTPClientSession()
    let ports = FakePorts()
    let source: GitSource
    let repository: TestRepository
    let haproxy: HAProxy

    init() async throws {
        runner = try CommandRunner()
        repository = try await TestRepository(runner: runner)
        source = GitSource(
            dataDirectory: directory.path, spoolDirectory: directory.appending("spool"), allowsLocal: true,
            options: GitOptions(environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]), runner: runner,
            threads: threads, log: Log { _ in })
        haproxy = SupervisedHAProxy.make(
            dataDirectory: directory.path, executable: BuiltProgram.deployd, runner: runner, threads: threads)
    }

    /// A driver as a newly started server has it: it knows nothing but what is on disk.
    func driver() -> ProcessDriver { ProcessDriver(parts) }

    var parts: ProcessDriver.Parts {
        ProcessDriver.Parts(
            dataDirectory: directory.path, executable: BuiltProgram.deployd, source: source, ports: ports,
            haproxy: haproxy, client: client, runner: runner, threads: threads)
    }

    /// Ends everything that tests have started.
    func close() async throws {
        for application in FileTree.names(in: directory.appending("runs")) {
            for target in FileTree.names(in: directory.appending("runs/\(application)")) {
                try? await driver().destroy(InstanceIdentity(application: application, target: target), workload: nil)
            }
        }
        _ = try await SupervisedHAProxy.run(dataDirectory: directory.path, threads: threads).stop(grace: .seconds(2))
    }
}

/// Runs `body` with a world of its own, and ends what it started whatever happens.
func withProcessWorld(_ body: (ProcessWorld) async throws -> Void) async throws {
    let world = try await ProcessWorld()
    do {
        try await body(world)
    } catch {
        try? await world.close()
        throw error
    }
    try await world.close()
}
