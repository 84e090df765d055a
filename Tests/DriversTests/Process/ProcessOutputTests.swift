import Core
import Formats
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

    /// What only clusters do, each by itself.
    @Test func whatClustersDoIsRefusedByName() async throws {
        func wish(_ change: (inout ServiceFile) -> Void) throws -> WorkloadWish {
            var file = try ServiceFile.parse(Array("service: hello\ncommand: [./hello]\n".utf8)).get()
            change(&file)
            let image = file.image.map { ImageReference(name: $0, digest: "sha256:0") }
            return WorkloadWish(file, entrypoints: [:], image: image)
        }
        func options(_ options: KubernetesOptions) throws -> WorkloadWish { try wish { $0.kubernetes = options } }
        let wishes = [
            try wish { _ in },
            try wish { $0.image = "acme/hello" },
            try wish { $0.autoscaling = Autoscaling(minimum: 1, maximum: 2, cpuPercent: 80) },
            try wish { $0.strategy = .blueGreen(keepOld: .zero) }, try wish { $0.strategy = .appendOnly(keep: 1) },
            try wish { $0.onFailure = .stop }, try wish { $0.manifests = "k8s" },
            try options(KubernetesOptions(adopts: true)), try options(KubernetesOptions(hasReadOnlyRoot: true)),
            try options(KubernetesOptions(user: 1000)), try options(KubernetesOptions(serviceAccount: "a")),
            try options(KubernetesOptions(patches: [.init(kind: "Service", name: nil, change: .strategic([:]))])),
        ]
        let keys = [nil, "image", "replicas", "update", "update", "onFailure", "manifests"].map { $0.map { "\($0): " } }
        let expected = keys + Array(repeating: "deploy.kubernetes: is for deploy:kubernetes", count: 5)
        try await withProcessWorld { world in
            let hello = InstanceIdentity(application: "hello", target: "local")
            for (wish, expected) in zip(wishes, expected) {
                let found = await world.driver().refusals(for: hello, wish)
                let isRight = expected.map { found.count == 1 && found[0].hasPrefix($0) } ?? found.isEmpty
                #expect(isRight, "\(expected ?? "nothing"): \(found)")
            }
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
