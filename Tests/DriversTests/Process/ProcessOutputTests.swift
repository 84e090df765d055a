import Core
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite(.serialized) struct ProcessOutputTests {
    @Test func outputIsReadWithoutItsSecretsAndAllGoesWithTheInstance() async throws {
        try await withProcessWorld { world in
            var attempt = try await Attempt(
                world, "01a", commit: try await world.repository.commit(Service.files("v1")))
            attempt.environment = ["TOKEN": "s3cret-token"]
            attempt.secrets = [Secret("s3cret-token")]
            let recorded = try await attempt.run()
            let (driver, instance) = (world.driver(), attempt.instance)
            func read(_ offset: Int?, _ limit: Int) async throws -> (text: String, next: Int) {
                let chunk = try await driver.output(
                    of: recorded, instance: instance, replica: 1, from: offset, maximumBytes: limit)
                return (String(decoding: chunk.bytes, as: UTF8.self), chunk.next)
            }
            let line = "version v1 with token •••\n"
            let printed = "version v1 with token s3cret-token\n".utf8.count
            #expect(try await read(nil, 1000) == (line, printed))
            #expect(try await read(0, 1000) == (line, printed))
            #expect(try await read(printed, 1000) == ("", printed))
            // More than there is: an offset within the output of a version before.
            #expect(try await read(printed + 1, 1000) == (line, printed))

            let listen = try await attempt.request().addresses
            try await driver.destroy(instance, workload: recorded)
            try await driver.destroy(instance, workload: nil)
            #expect(FileTree.names(in: world.directory.appending("runs")) == [])
            #expect(FileTree.names(in: world.directory.appending("artifacts/hello")) == [])
            #expect(try await world.haproxy.entrypoints() == [])
            #expect(SystemPortProbe().isFree(listen.listen["http"] ?? 0))
        }
    }

    @Test func whatCannotRunHereIsRefusedByName() async throws {
        try await withProcessWorld { world in
            let refusals = await world.driver().refusals(
                for: InstanceIdentity(application: "hello", target: "local"),
                WorkloadWish(
                    ports: ["http": 1], entrypoints: ["web": WorkloadEntrypoint(port: "htpp")], replicas: 1,
                    limits: WorkloadLimits(memoryBytes: 1000), hasCommand: false))
            #expect(
                refusals == [
                    "deploy:process needs 'command' in deployd.yaml: the program to run and its arguments",
                    "entrypoints.web: the service has no port 'htpp'",
                    "limits.memory must be at least 1Mi",
                ])
            #expect(await world.driver().problem() == nil)
        }
    }

    @Test func namesOfEntrypointsAreUniqueAndShort() {
        let long = String(repeating: "a", count: 63)
        let (small, large) = (
            InstanceIdentity(application: "a", target: "b"), InstanceIdentity(application: long, target: long)
        )
        let names = [("web", small), ("web", large), (long, large)].map { EntrypointName.make($0, of: $1) }
        #expect(names[0] == "a.b.web")
        #expect(Set(names).count == 3 && names.allSatisfy { $0.utf8.count <= 100 })
        #expect(names.dropFirst().allSatisfy { $0.hasPrefix(EntrypointName.prefix(of: large)) })
    }
}
