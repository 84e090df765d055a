import Core
import Kubernetes
import Model
import Testing

@testable import Drivers

@Suite struct ManifestRulesTests {
    @Test func namesAreShortenedAndApart() {
        let long = String(repeating: "a", count: 63)
        let names = ObjectNames(application: long)
        let made = [
            names.latest, names.preview, names.workload(.blue), names.beforeDeploy("01j"), names.entrypoint(long),
        ]
        #expect(Set(made).count == made.count && made.allSatisfy { $0.utf8.count <= 63 && DNSLabel.isValid($0) })
        #expect(made[0].hasSuffix("-latest") && made[2].hasSuffix("-blue"))
        #expect(ObjectNames(application: "hello").entrypoint("web") == "hello-web")
        let versions = ["v1.0", "v1-0", "V1.0", "1", "---", "Ünïcode", String(repeating: "f", count: 40), "a/b"]
        let releases = versions.map(ObjectNames.release)
        #expect(Set(releases).count == versions.count && releases.allSatisfy(DNSLabel.isValid))
        #expect(releases[1] == "v1-0" && releases[3] == "1" && releases[6] == "ffffffffffff")
        let labels = versions + ["", "+", String(repeating: "x", count: 64), String(repeating: "x/", count: 40)]
        let values = labels.map(ObjectLabels.value)
        #expect(Set(values).count == labels.count && values.allSatisfy(LabelRules.isValue))
        #expect(values[0] == "v1.0")
        let ports = ["http", "a-port-of-sixteen", "a-port-of-sixteem", "8080", "a--b"].map(PortNames.name)
        #expect(Set(ports).count == 5 && ports[0] == "http")
        #expect(
            ports.allSatisfy { name in
                name.utf8.count <= 15 && DNSLabel.isValid(name) && !name.contains("--")
                    && name.contains { ("a"..."z").contains($0) }
            })
    }

    @Test func quantitiesAreAsTheServerWritesThem() {
        #expect([50, 500, 1000, 1500].map(ContainerResources.cpu) == ["50m", "500m", "1", "1500m"])
        #expect(
            [1000, 1024, 64 << 20, 1 << 30, 3 << 29].map { ContainerResources.memory($0) }
                == ["1000", "1Ki", "64Mi", "1Gi", "1536Mi"])
    }

    /// What the kubelet makes of it is what was written.
    @Test func argumentsAreTakenAsTheyAre() {
        let cases = [
            "plain": "plain", "$HOME": "$HOME", "$(HOME)": "$$(HOME)", "a$$b": "a$$$b", "$$(X)": "$$$$(X)", "$": "$",
        ]
        for (text, written) in cases { #expect(ContainerCommand.escaped(text) == written) }
        let command = ContainerCommand(
            ["run", "--key=s3cret", "$(X)"].map(Secret.init), secrets: [Secret("s3cret"), Secret("")], prefix: "A_")
        #expect(command.words == ["run", "$(A_1)", "$$(X)"] && command.variables == ["A_1": Secret("--key=s3cret")])
    }

    /// Nothing secret is outside of Secrets, and its digest is keyed.
    @Test func secretsAreInSecrets() throws {
        var workload = try #require(ManifestCases.all.first { $0.name == "full" }).workload
        let objects = try Manifests.objects(for: workload) + Manifests.beforeDeploy(for: workload)
        #expect(objects.filter { $0.json.text.contains("hunter2") } == [])
        let name = objects.first { $0.kind == "Secret" }?.name
        workload.hashKey = Secret("another")
        #expect(try Manifests.objects(for: workload).first { $0.kind == "Secret" }?.name != name)
        let shown = objects.first { $0.kind == "Secret" }?.withoutSecrets["data", "DATABASE_URL"]
        #expect(shown == "•••")
    }

    @Test func whatCannotBeIsRefused() {
        var balanced = KubernetesSettings(access: .inCluster)
        balanced.exposure = .loadBalancer
        func wish(
            _ ports: [String: Int], _ entrypoints: [String: WorkloadEntrypoint] = [:], user: Int? = nil,
            _ strategy: UpdateStrategy = .rolling
        ) -> WorkloadWish {
            WorkloadWish(
                ports: ports, entrypoints: entrypoints, replicas: 1, limits: WorkloadLimits(), hasCommand: false,
                strategy: strategy, kubernetes: KubernetesOptions(user: user))
        }
        let web = WorkloadEntrypoint(port: "http")
        let cases: [(String, WorkloadWish, [String])] = [
            ("hello", wish(["http": 80, "admin": 81], ["web": web]), []),
            ("9lives", wish([:]), []),
            (
                "9lives", wish(["http": 80]),
                [
                    "a Service of a cluster cannot be called '9lives', which begins with a digit: give the service another name"
                ]
            ),
            (
                "hello", wish(["http": 5000, "admin": 80]),
                ["ports.admin: the Service listens on 80 for 'http' already: give it another number"]
            ),
            (
                "hello", wish(["a": 5000, "b": 5000]),
                ["ports.a and ports.b are both 5000: a container has one name for each"]
            ),
            (
                "hello", wish(["http": 80], ["latest": web], .appendOnly(keep: 2)),
                ["entrypoints.latest: the Service hello-latest is another already: give the entrypoint another name"]
            ),
            (
                "hello", wish(["http": 80], user: 0),
                ["deploy.kubernetes.user: 0 is root, which nothing runs as here: name another user"]
            ),
        ]
        for (name, wish, expected) in cases {
            let instance = InstanceIdentity(application: name, target: "t")
            #expect(ManifestRefusals.refusals(for: instance, wish, balanced) == expected)
        }
    }
}
