import Client
import Core
import HTTPClient
import Kubernetes
import TestSupport
import Testing

extension ClusterTests {
    /// `update: blue-green` and `update: append-only`.
    @Suite struct Strategies {
        /// The preview reaches the new colour before the Service does; the old one stays for `keepOld` and goes then.
        @Test func blueGreenSwitchesAllAtOnce() async throws {
            try await withClusterServer { server, cluster, namespace in
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: "colours")
                let service = ClusterService(name: "colours", update: "{ strategy: blue-green, keepOld: 4s }")
                try await hello.deploy(TestImage(version: "one"), service)
                let load = try await hello.load()
                let second = try await hello.push(
                    TestImage(version: "two", mode: .startsSlowly, variables: ["DELAY_MS": "2000"]), service)
                let preview = try await cluster.url(of: "colours-preview", in: namespace)
                let live = try await cluster.url(of: "colours", in: namespace)
                try await server.expect("the preview to show the new version before the switch") {
                    (try? await server.http.send(.init("GET", preview + "/")).text) == "two"
                }
                try await hello.project.runs(second)
                try await server.expect("the Service to show it too") {
                    (try? await server.http.send(.init("GET", live + "/")).text) == "two"
                }
                try await server.expect("the old colour to be gone") {
                    try await cluster.list("apps/v1", "Deployment", in: namespace).count == 1
                }
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one", "two"], "\(outcome)")

                let alone = try await hello.load()
                let reason = try await hello.fails(TestImage(version: "three", mode: .crashes), service)
                #expect(reason.contains("cannot open the ledger"), "\(reason)")
                let left = try await alone.stop()
                #expect(left.failed == 0 && Set(left.answers.keys) == ["two"], "\(left)")
                try await server.expect("the failed colour to be gone") {
                    try await cluster.list("apps/v1", "Deployment", in: namespace).count == 1
                }
            }
        }

        /// Each version has a Deployment and a Service of its own, `NAME-latest` moves, and the oldest go.
        @Test func appendOnlyKeepsVersionsBesideEachOther() async throws {
            try await withClusterServer { server, cluster, namespace in
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: "appended")
                let service = ClusterService(
                    name: "appended", replicas: "1", update: "{ strategy: append-only, keep: 2 }")
                try await hello.deploy(TestImage(version: "one"), service)
                let load = try await hello.load("appended-latest")
                for version in ["two", "three"] { try await hello.deploy(TestImage(version: version), service) }
                let reason = try await hello.fails(TestImage(version: "four", mode: .crashes), service)
                #expect(reason.contains("cannot open the ledger"), "\(reason)")
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one", "two", "three"], "\(outcome)")
                let latest = try await cluster.url(of: "appended-latest", in: namespace)
                #expect(try await server.http.send(.init("GET", latest + "/")).text == "three")
                try await server.expect("two versions to be there") {
                    try await cluster.list("apps/v1", "Deployment", in: namespace).count == 2
                }
                // The one before has its own name, and answers by it.
                var answers: Set<String> = []
                for object in try await cluster.list("v1", "Service", in: namespace) {
                    let url = try await cluster.url(of: object.name, in: namespace)
                    answers.insert(try await server.http.send(.init("GET", url + "/")).text)
                }
                #expect(answers == ["two", "three"])
            }
        }
    }
}
