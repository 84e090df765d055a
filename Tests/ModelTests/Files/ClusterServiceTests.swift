import Core
import Formats
import Model
import Testing

/// What `deployd.yaml` says for clusters.
struct ClusterServiceTests {
    private func parse(_ text: String) throws -> ServiceFile {
        try ServiceFile.parse(Array("service: a\n\(text)\n".utf8)).get()
    }

    @Test func everything() throws {
        let file = try parse(
            """
            image: registry.example.com:5000/acme/hello
            command: [./hello]
            replicas: { min: 2, max: 10, cpu: 60 }
            update: { strategy: append-only, keep: 5 }
            onFailure: stop
            manifests: deploy/k8s/
            deploy:
              kubernetes:
                adopt: true
                readOnlyRoot: yes
                user: 1000
                serviceAccount: hello.reader
                patches:
                  - kind: Deployment
                    name: hello
                    strategic: { spec: { template: { metadata: { annotations: { shell: "$${HOME}", n: null } } } } }
                  - kind: Service
                    json:
                      - { op: add, path: /metadata/labels/a~1b, value: null }
                      - { op: remove, path: "" }
                      - { op: move, from: /a, path: /b/- }
            """)
        #expect(file.image == "registry.example.com:5000/acme/hello" && file.command != nil && file.build == nil)
        #expect(file.replicas == 2 && file.autoscaling == Autoscaling(minimum: 2, maximum: 10, cpuPercent: 60))
        #expect(file.strategy == .appendOnly(keep: 5) && file.onFailure == .stop && file.manifests == "deploy/k8s")
        let annotations: JSONValue = ["shell": "${HOME}", "n": .null]
        let patches: [KubernetesOptions.Patch] = [
            .init(
                kind: "Deployment", name: "hello",
                change: .strategic(["spec": ["template": ["metadata": ["annotations": annotations]]]])),
            .init(
                kind: "Service", name: nil,
                change: .json([
                    ["op": "add", "path": "/metadata/labels/a~1b", "value": .null],
                    ["op": "remove", "path": ""], ["op": "move", "from": "/a", "path": "/b/-"],
                ])),
        ]
        #expect(
            file.kubernetes
                == KubernetesOptions(
                    patches: patches, adopts: true, hasReadOnlyRoot: true, user: 1000, serviceAccount: "hello.reader"))
    }

    @Test func strategies() throws {
        let cases: [(String, UpdateStrategy)] = [
            ("", .rolling), ("update: rolling", .rolling), ("update: { strategy: rolling }", .rolling),
            ("update: blue-green", .blueGreen(keepOld: .seconds(600))),
            ("update: { strategy: blue-green, keepOld: 0s }", .blueGreen(keepOld: .zero)),
            ("update: { strategy: blue-green, keepOld: 24h }", .blueGreen(keepOld: .seconds(86_400))),
            ("update: append-only", .appendOnly(keep: 3)),
            ("update: { strategy: append-only, keep: 50 }", .appendOnly(keep: 50)),
        ]
        #expect(try cases.map { try parse($0.0).strategy } == cases.map(\.1))
    }

    /// Short forms are merged as what they are short for; another strategy begins anew.
    @Test func overrides() throws {
        let file = try parse(
            """
            replicas: 2
            update: { strategy: blue-green, keepOld: 5m }
            deploy: { kubernetes: { user: 1000, adopt: true } }
            overrides:
              a: { replicas: { max: 10 }, update: { keepOld: 1m }, deploy: { kubernetes: { user: 2000 } } }
              b: { replicas: 6, update: { strategy: append-only }, manifests: k8s, onFailure: stop }
              c: { replicas: { min: 1, max: 1, cpu: 150 }, update: rolling }
            """)
        let variants = ["a", "b", "c"].map(file.variant)
        #expect(variants.map(\.replicas) == [2, 6, 1])
        #expect(
            variants.map(\.autoscaling) == [
                Autoscaling(minimum: 2, maximum: 10, cpuPercent: 80), nil,
                Autoscaling(minimum: 1, maximum: 1, cpuPercent: 150),
            ])
        #expect(variants.map(\.strategy) == [.blueGreen(keepOld: .seconds(60)), .appendOnly(keep: 3), .rolling])
        #expect(
            variants.map(\.kubernetes)
                == [2000, 1000, 1000].map { KubernetesOptions(adopts: true, user: $0) })
        #expect(variants.map(\.manifests) == [nil, "k8s", nil] && variants[1].onFailure == .stop)
        let short = try parse("update: blue-green\noverrides: { a: { update: { keepOld: 1m } } }").variant(for: "a")
        #expect(short.strategy == .blueGreen(keepOld: .seconds(60)))
    }

    @Test func namesOfImages() {
        let good = [
            "hello", "acme/hello", "localhost/hello", "localhost:5000/hello", "registry.example.com/acme/team/hello",
            "docker.io/library/nginx", "a.b-c_d/e__f", "10.0.0.1:5000/x", "ghcr.io/acme/hello.world",
        ]
        let bad = [
            "hello:v1", "hello:", "hello@sha256:00", "acme/Hello", "/hello", "hello/", "a//b", "-a", "a-", "a b",
            "https://a/b", "REGISTRY.example.com/a", "a:5000", "registry.example.com/", "\"${version}\"", "\"\"",
            "a/..",
        ]
        func read(_ name: String) -> String? { try? parse("image: \(name)").image }
        #expect(good.filter { read($0) != $0 } == [])
        #expect(bad.filter { read($0) != nil } == [])
    }
}
