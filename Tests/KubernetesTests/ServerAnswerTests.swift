import Core
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Against a server that answers what a test wants, where a real one cannot be brought to it.
@Suite struct ServerAnswerTests {
    private let parts: Parts
    private let seen = Seen()

    init() throws { parts = try Parts() }

    private final class Seen: Sendable {
        private let lines = Mutex<[String]>([])
        /// Notes a request, and tells which of its line it is, from 0.
        func add(_ line: String) -> Int {
            lines.withLock { lines in
                lines.append(line)
                return lines.filter { $0 == line }.count - 1
            }
        }
        var all: [String] { lines.withLock(\.self) }
    }

    private static let refusal: JSONValue = ["kind": "Status", "reason": "Expired", "code": 410, "message": "too old"]

    @Test func comesAgainWhenTheServerSays() async throws {
        let server = RawServer { [seen] request, connection in
            guard seen.add(request.path) > 0 else {
                return connection.answer(status: "429 Too Many Requests", headers: ["Retry-After: 0"])
            }
            connection.answer(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]])
        }
        let object = try await parts.client(server).get(configMaps, namespace: "n", name: "a:b c")
        #expect(
            object?.name == "a" && seen.all == Array(repeating: "/api/v1/namespaces/n/configmaps/a%3Ab%20c", count: 2))
    }

    /// A request of unknown outcome is not sent twice, unless twice is once.
    @Test func repeatsOnlyWhatMayBeRepeated() async throws {
        let server = RawServer { [seen] request, connection in
            if request.path == "/api" || request.path == "/apis" || request.path == "/api/v1" {
                return connection.answer(Self.discovery(request.path))
            }
            if seen.add(String(request.line.prefix { $0 != " " })) == 0 {
                return connection.answer(status: "503 Service Unavailable")
            }
            connection.answer(["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a"]])
        }
        let client = parts.client(server)
        _ = try await client.apply(configMap("a", [:]))
        let error = await #expect(throws: DeploydError.self) { try await client.create(configMap("a", [:])) }
        #expect(error?.code == .unavailable)
        #expect(seen.all == ["PATCH", "PATCH", "POST"])
    }

    private static func discovery(_ path: String) -> JSONValue {
        switch path {
        case "/api": ["kind": "APIVersions", "versions": ["v1"]]
        case "/apis": ["kind": "APIGroupList", "groups": []]
        default:
            [
                "kind": "APIResourceList",
                "resources": [
                    ["name": "configmaps", "kind": "ConfigMap", "namespaced": true, "verbs": ["get", "patch"]]
                ],
            ]
        }
    }

    @Test func refusesWhatNoAPIServerSends() async throws {
        let server = RawServer { request, connection in
            switch request.path.split(separator: "/").last {
            case "html": connection.answer("<html>login</html>")
            case "list": connection.answer(["a": 1])
            default: connection.answer(status: "302 Found", headers: ["Location: /login"])
            }
        }
        let client = parts.client(server)
        for name in ["html", "list", "moved"] {
            let error = await #expect(throws: DeploydError.self) {
                try await client.get(configMaps, namespace: "n", name: name)
            }
            #expect(error?.code == .unavailable && error?.message.contains("the test") == true)
        }
        for name in ["", "..", "a/b", "a%2Fb"] {
            let error = await #expect(throws: DeploydError.self) {
                try await client.get(configMaps, namespace: "n", name: name)
            }
            #expect(error?.code == .invalid)
        }
    }

    /// A list whose pages outlive its moment is begun anew.
    @Test func beginsAListAnew() async throws {
        let server = RawServer { [seen] request, connection in
            let count = seen.add(request.path)
            let item: JSONValue = ["metadata": ["name": .string("o\(count)")]]
            guard request.path.contains("continue=") else {
                return connection.answer(
                    ["items": [item], "metadata": ["continue": "c/1", "resourceVersion": "5"]])
            }
            if count == 0 { return connection.answer(Self.refusal, status: "410 Gone") }
            connection.answer(["items": [item], "metadata": ["resourceVersion": "6"]])
        }
        let list = try await parts.client(server).list(configMaps, namespace: "n", ListOptions(labelSelector: "a=b"))
        #expect(list.items.map(\.name) == ["o1", "o1"] && list.resourceVersion == "6")
        #expect(list.items.map(\.kind) == ["ConfigMap", "ConfigMap"])
        let path = "/api/v1/namespaces/n/configmaps?labelSelector=a%3Db&limit=500"
        #expect(seen.all == [path, "\(path)&continue=c%2F1", path, "\(path)&continue=c%2F1"])
        let error = await #expect(throws: DeploydError.self) {
            try await parts.client(server).list(configMaps, namespace: "n", ListOptions(maximumObjects: 1))
        }
        #expect(error?.code == .tooLarge)
    }

    /// A server that has aggregated discovery is asked twice for everything; one that has not, once for each version.
    @Test func discoversBothWays() async throws {
        let aggregated: JSONValue = [
            "kind": "APIGroupDiscoveryList",
            "items": [
                [
                    "metadata": ["name": "apps"],
                    "versions": [
                        [
                            "version": "v1",
                            "resources": [
                                [
                                    "resource": "deployments", "scope": "Namespaced", "verbs": ["get"],
                                    "responseKind": ["group": "apps", "version": "v1", "kind": "Deployment"],
                                    "subresources": [["subresource": "scale"]],
                                ]
                            ],
                        ]
                    ],
                ]
            ],
        ]
        let old: [String: JSONValue] = [
            "/api": ["kind": "APIVersions", "versions": ["v1"]],
            "/apis": ["kind": "APIGroupList", "groups": [["name": "apps", "versions": [["version": "v1"]]]]],
            "/apis/apps/v1": [
                "kind": "APIResourceList",
                "resources": [
                    ["name": "deployments", "kind": "Deployment", "namespaced": true, "verbs": ["get"]],
                    ["name": "deployments/scale", "kind": "Scale", "namespaced": true, "verbs": ["get"]],
                ],
            ],
        ]
        let expected = ResourceType(
            group: "apps", version: "v1", kind: "Deployment", plural: "deployments", isNamespaced: true,
            verbs: ["get"], subresources: ["scale"])
        for (isNew, paths) in [(true, ["/api", "/apis"]), (false, ["/api", "/apis", "/apis/apps/v1"])] {
            let seen = Seen()
            let server = RawServer { request, connection in
                _ = seen.add(request.path)
                connection.answer(isNew && request.path == "/apis" ? aggregated : old[request.path] ?? [:])
            }
            let clock = ManualClock()
            let client = parts.client(server, clock: clock)
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        let type = try await client.discovery.type(apiVersion: "apps/v1", kind: "Deployment")
                        #expect(type == expected)
                    }
                }
                try await group.waitForAll()
            }
            #expect(seen.all == paths)
            let unknown = await #expect(throws: DeploydError.self) {
                try await client.discovery.type(apiVersion: "apps/v1", kind: "Deploymnt")
            }
            #expect(unknown?.message == "the test has no Deploymnt in apps/v1; did you mean 'Deployment'?")
            #expect(seen.all == paths, "it was asked a moment ago")
            clock.advance(by: .seconds(6))
            #expect(try await !client.discovery.serves(apiVersion: "apps/v2", kind: "Deployment"))
            #expect(seen.all == paths + ["/api", "/apis"])
        }
    }

    @Test func readsLogs() async throws {
        let server = RawServer { [seen] request, connection in
            _ = seen.add(request.path)
            connection.answer("line 1\nline 2\n")
        }
        let options = LogOptions(container: "c", tailLines: 2, previous: true, maximumBytes: 10)
        let log = try await parts.client(server).logs(pod: "p", namespace: "n", options)
        #expect(String(decoding: log, as: UTF8.self) == "line 1\nlin")
        #expect(
            seen.all == ["/api/v1/namespaces/n/pods/p/log?container=c&tailLines=2&previous=true&limitBytes=10"])
        let stream = try await parts.client(server).followLogs(pod: "p", namespace: "n", idleTimeout: .seconds(60))
        #expect(try await stream.collect().count == 14)
    }

    @Test func readsWarnings() {
        let headers = [("Warning", #"299 - "a \"b\" c""#), ("warning", "199 x"), ("Other", #""d""#)]
        #expect(Warnings.texts(headers) == [#"a "b" c"#])
    }
}
