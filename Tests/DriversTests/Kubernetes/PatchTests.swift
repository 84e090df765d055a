import Core
import Kubernetes
import Model
import Testing

@testable import Drivers

@Suite struct PatchTests {
    /// As `kubectl patch --type strategic` merges them.
    @Test func strategicPatchesMerge() throws {
        let pod: JSONValue = [
            "containers": [
                [
                    "name": "a", "args": ["1", "2"],
                    "env": [["name": "X", "value": "1"], ["name": "Y", "value": "2"]],
                    "ports": [["containerPort": 80, "name": "http"]],
                ],
                ["name": "b"],
            ],
            "volumes": [["name": "v", "emptyDir": ["medium": "Memory"]]],
            "tolerations": [["key": "k"]],
            "securityContext": ["runAsNonRoot": true],
        ]
        let cases: [(patch: JSONValue, change: (inout [String: JSONValue]) -> Void)] = [
            (["securityContext": ["fsGroup": 1]], { $0["securityContext"] = ["runAsNonRoot": true, "fsGroup": 1] }),
            (["securityContext": nil], { $0["securityContext"] = nil }),
            (["securityContext": ["$patch": "replace", "fsGroup": 1]], { $0["securityContext"] = ["fsGroup": 1] }),
            (["securityContext": ["$patch": "delete"]], { $0["securityContext"] = [:] }),
            (["tolerations": [["key": "l"]]], { $0["tolerations"] = [["key": "l"]] }),
            (
                ["containers": [["name": "b", "$patch": "delete"]]],
                { $0["containers"] = [pod["containers"]?[0] ?? nil] }
            ),
            (
                ["containers": [["name": "c", "image": "i"]]],
                { $0["containers"] = [pod["containers"]?[0] ?? nil, ["name": "b"], ["name": "c", "image": "i"]] }
            ),
            (["containers": [["$patch": "replace"], ["name": "c"]]], { $0["containers"] = [["name": "c"]] }),
            (
                [
                    "containers": [
                        [
                            "name": "a", "args": ["3"],
                            "env": [["name": "Y", "value": nil, "valueFrom": ["fieldRef": [:]]]],
                            "ports": [["containerPort": 81]],
                        ]
                    ]
                ],
                {
                    $0["containers"] = [
                        [
                            "name": "a", "args": ["3"],
                            "env": [["name": "X", "value": "1"], ["name": "Y", "valueFrom": ["fieldRef": [:]]]],
                            "ports": [["containerPort": 80, "name": "http"], ["containerPort": 81]],
                        ],
                        ["name": "b"],
                    ]
                }
            ),
            (
                ["volumes": [["$retainKeys": ["name", "secret"], "name": "v", "secret": ["secretName": "s"]]]],
                { $0["volumes"] = [["name": "v", "secret": ["secretName": "s"]]] }
            ),
            (["nodeSelector": ["a": "b", "c": nil]], { $0["nodeSelector"] = ["a": "b"] }),
        ]
        for (patch, change) in cases {
            var expected = pod.object ?? [:]
            change(&expected)
            let merged = try StrategicMerge(kind: "Deployment").merged(wrapped(pod), wrapped(patch))
            #expect(merged == wrapped(.object(expected)), "\(patch.text)")
        }
    }

    @Test func strategicPatchesAreRefused() {
        let cases: [(patch: JSONValue, message: String)] = [
            ("x", "a patch is an object, of what is to change"),
            (
                wrapped(["containers": [["image": "i"]]]),
                "spec.template.spec.containers: its elements are merged by 'name', which one lacks"
            ),
            (["spec": ["$patch": "remove"]], "spec: $patch is merge, replace or delete"),
            (["spec": ["$setElementOrder/x": []]], "spec.$setElementOrder/x: this directive is not known here"),
            (["spec": ["$retainKeys": "x"]], "spec: $retainKeys is a list of keys"),
        ]
        for (patch, message) in cases {
            let error = #expect(throws: PatchMistake.self) {
                try StrategicMerge(kind: "Deployment").merged(wrapped(["containers": []]), patch)
            }
            #expect(error?.message == message)
        }
    }

    private func wrapped(_ pod: JSONValue) -> JSONValue { ["spec": ["template": ["spec": pod]]] }

    /// The examples of RFC 6902, appendix A, and beside them.
    @Test func jsonPatches() throws {
        let cases: [(document: JSONValue, operation: JSONValue, result: Result<JSONValue, PatchMistake>)] = [
            (["foo": "bar"], ["op": "add", "path": "/baz", "value": "qux"], .success(["baz": "qux", "foo": "bar"])),
            (
                ["foo": ["bar", "baz"]], ["op": "add", "path": "/foo/1", "value": "qux"],
                .success(["foo": ["bar", "qux", "baz"]])
            ),
            (
                ["foo": ["bar"]], ["op": "add", "path": "/foo/-", "value": ["abc"]],
                .success(["foo": ["bar", ["abc"]]])
            ),
            (["foo": "bar"], ["op": "add", "path": "", "value": ["a": 1]], .success(["a": 1])),
            (["baz": "qux", "foo": "bar"], ["op": "remove", "path": "/baz"], .success(["foo": "bar"])),
            (["foo": ["bar", "qux", "baz"]], ["op": "remove", "path": "/foo/1"], .success(["foo": ["bar", "baz"]])),
            (["baz": "qux"], ["op": "replace", "path": "/baz", "value": "boo"], .success(["baz": "boo"])),
            (
                ["foo": ["bar": "baz", "waldo": "fred"], "qux": ["corge": "grault"]],
                ["op": "move", "from": "/foo/waldo", "path": "/qux/thud"],
                .success(["foo": ["bar": "baz"], "qux": ["corge": "grault", "thud": "fred"]])
            ),
            (
                ["foo": ["all", "grass", "cows", "eat"]], ["op": "move", "from": "/foo/1", "path": "/foo/3"],
                .success(["foo": ["all", "cows", "eat", "grass"]])
            ),
            (["a": ["b": 1]], ["op": "copy", "from": "/a", "path": "/c"], .success(["a": ["b": 1], "c": ["b": 1]])),
            (["/": 9, "~1": 10], ["op": "test", "path": "/~01", "value": 10], .success(["/": 9, "~1": 10])),
            (["/": 9], ["op": "replace", "path": "/~1", "value": 8], .success(["/": 8])),
            (
                ["baz": "qux"], ["op": "test", "path": "/baz", "value": "bar"],
                mistake("(test /baz): the value there is another: \"qux\"")
            ),
            (
                ["foo": "bar"], ["op": "add", "path": "/baz/bat", "value": "qux"],
                mistake("(add /baz/bat): there is no /baz")
            ),
            (["foo": "bar"], ["op": "add", "path": "/foo/x", "value": 1], mistake("(add /foo/x): there is no /foo/x")),
            (["foo": []], ["op": "add", "path": "/foo/1", "value": 1], mistake("(add /foo/1): there is no /foo/1")),
            (
                ["foo": [1]], ["op": "replace", "path": "/foo/-", "value": 1],
                mistake("(replace /foo/-): '-' is no place in a list, in /foo/-")
            ),
            (
                ["foo": [1, 2]], ["op": "remove", "path": "/foo/01"],
                mistake("(remove /foo/01): '01' is no place in a list, in /foo/01")
            ),
            ([:], ["op": "remove", "path": "/a"], mistake("(remove /a): there is no /a")),
            ([:], ["op": "replace", "path": "/a", "value": 1], mistake("(replace /a): there is no /a")),
            ([:], ["op": "add", "path": "a", "value": 1], mistake("(add a): 'a' is no path: one begins with /")),
            (
                [:], ["op": "add", "path": "/~2", "value": 1],
                mistake("(add /~2): '~' is written ~0 in a path, and '/' within a name ~1")
            ),
            (
                ["a": ["b": 1]], ["op": "move", "from": "/a", "path": "/a/b"],
                mistake("(move /a/b): nothing can be moved into itself")
            ),
            ([:], ["op": "add", "path": "/a"], mistake("(add /a): 'value' is missing")),
            ([:], ["op": "copy", "path": "/a"], mistake("(copy /a): 'from' is missing")),
            ([:], ["op": "set", "path": "/a"], mistake("(set /a): 'op' is add, remove, replace, move, copy or test")),
            ([:], ["path": "/a"], mistake("(/a): 'op' is add, remove, replace, move, copy or test")),
            ([:], 1, mistake(": 'path' is missing")),
        ]
        for (document, operation, result) in cases {
            let found = Result { () throws(PatchMistake) in try JSONPatch([operation]).applied(to: document) }
            #expect(found == result, "\(operation.text)")
        }
    }

    private func mistake(_ text: String) -> Result<JSONValue, PatchMistake> {
        .failure(PatchMistake("operation 0\(text.hasPrefix(":") ? "" : " ")\(text)"))
    }

    @Test func patchesOfObjects() throws {
        let replicas = KubernetesOptions.Patch(
            kind: "Deployment", name: "small", change: .json([["op": "replace", "path": "/spec/replicas", "value": 7]]))
        var workload = ManifestCases.workload("small") { $0.kubernetes.patches = [replicas] }
        for track in [Track.main, .blue, .release("v1")] {
            workload.track = track
            let deployment = try Manifests.objects(for: workload).first { $0.kind == "Deployment" }
            #expect(deployment?["spec", "replicas"] == 7)
        }
    }

    @Test func patchesThatCannotBe() {
        func strategic(_ kind: String, _ name: String?, _ change: JSONValue) -> KubernetesOptions.Patch {
            KubernetesOptions.Patch(kind: kind, name: name, change: .strategic(change))
        }
        let owned = "is what deployd knows its own by: leave it as it is"
        let cases: [(KubernetesOptions.Patch, String)] = [
            (
                strategic("StatefulSet", nil, [:]),
                ": deployd makes no StatefulSet; it makes Service colours, Service colours-preview, PodDisruptionBudget colours, Deployment colours"
            ),
            (
                strategic("Service", nil, [:]),
                ": deployd makes more than one Service: name the one that is meant; it makes Service colours, "
                    + "Service colours-preview, PodDisruptionBudget colours, Deployment colours"
            ),
            (
                strategic("Deployment", "other", [:]),
                ": deployd makes no Deployment 'other'; it makes Service colours, Service colours-preview, "
                    + "PodDisruptionBudget colours, Deployment colours"
            ),
            (
                strategic("ConfigMap", nil, [:]),
                ": the ConfigMap is the service's environment: change env or secrets instead"
            ),
            (
                strategic("Deployment", nil, ["metadata": ["name": "x"]]),
                " (Deployment colours-green): metadata.name \(owned)"
            ),
            (
                strategic("Deployment", nil, ["metadata": ["labels": nil]]),
                " (Deployment colours-green): metadata.labels[app.kubernetes.io/instance] \(owned)"
            ),
            (
                strategic("Service", "colours", ["spec": ["selector": ["a": "b"]]]),
                " (Service colours): spec.selector \(owned)"
            ),
            (
                strategic(
                    "Deployment", nil, ["spec": ["template": ["metadata": ["labels": ["deployd.dev/role": "x"]]]]]),
                " (Deployment colours-green): spec.template.metadata.labels[deployd.dev/role] \(owned)"
            ),
            (strategic("Deployment", nil, ["$patch": "delete"]), " (Deployment colours-green): apiVersion \(owned)"),
            (
                KubernetesOptions.Patch(
                    kind: "Deployment", name: nil, change: .json([["op": "remove", "path": "/x"]])),
                " (Deployment colours-green): operation 0 (remove /x): there is no /x"
            ),
        ]
        for (patch, message) in cases {
            var workload = ManifestCases.all.first { $0.name == "blue-green" }?.workload ?? ManifestCases.workload("x")
            var spec = workload.spec
            spec.kubernetes.patches = [patch]
            workload = workload.with(spec)
            let error = #expect(throws: DeploydError.self) { try Manifests.objects(for: workload) }
            #expect(error?.message == "deploy.kubernetes.patches[0]\(message)")
        }
    }
}

extension PatchMistake: Equatable {
    static func == (a: PatchMistake, b: PatchMistake) -> Bool { a.message == b.message }
}

extension KubernetesWorkload {
    /// The same with another spec.
    func with(_ spec: WorkloadSpec) -> KubernetesWorkload {
        var other = KubernetesWorkload(
            identity: identity, environment: environment, world: world, version: version, deployment: deployment,
            namespace: namespace, spec: spec, settings: settings)
        (other.apis, other.track, other.serving, other.manifests) = (apis, track, serving, manifests)
        return other
    }
}
