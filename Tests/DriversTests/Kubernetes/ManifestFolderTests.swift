import Core
import Formats
import Kubernetes
import Model
import Testing

@testable import Drivers

@Suite struct ManifestFolderTests {
    private let references = ManifestReader.References(
        values: ["version": Secret("v1"), "requires.db.url": Secret("postgres://p"), "values.replicas": Secret("3")],
        secrets: ["requires.db.url"])

    private func read(_ files: [(String, String)]) throws -> [ManifestObject] {
        try ManifestReader(references).read(files.map { ManifestFile(path: $0.0, bytes: Array($0.1.utf8)) }).get()
    }

    private func errors(_ files: [(String, String)]) -> [String] {
        ManifestReader(references).read(files.map { ManifestFile(path: $0.0, bytes: Array($0.1.utf8)) })
            .diagnostics.map(\.description)
    }

    private func yaml(_ kind: String, _ name: String, _ more: String = "") -> String {
        "apiVersion: \(kind == "Thing" ? "example.com/v1" : "v1")\nkind: \(kind)\nmetadata: { name: \(name)\(more) }\n"
    }

    @Test func readsWhatKubectlReads() throws {
        let objects = try read([
            (
                "k8s/b.yml",
                yaml("Service", "b") + "---\n# nothing\n---\n" + yaml("Secret", "s")
                    + "stringData: { a: '${version}' }\n"
            ),
            (
                "k8s/a.json",
                #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}]}"#
            ),
            ("k8s/README.md", "# no manifest"),
            (
                "k8s/c.yaml",
                "# deployd: substitute\n" + yaml("Thing", "c")
                    + "spec: { mode: 0644, is: yes, text: 'yes', quoted: '${values.replicas}', of: 'a ${version} $${b}' }\nreplicas: ${values.replicas}\n"
            ),
            (
                "k8s/d.yaml",
                "# deployd: substitute\n" + yaml("Secret", "d") + "stringData: { url: '${requires.db.url}' }\n"
            ),
        ])
        #expect(objects.map(\.title) == ["Pod p", "Service b", "Secret s", "Thing c", "Secret d"])
        #expect(
            objects.map(\.origin) == [
                "k8s/a.json:1:43", "k8s/b.yml:1:1", "k8s/b.yml:7:1", "k8s/c.yaml:2:1", "k8s/d.yaml:2:1",
            ])
        #expect(objects[2].object["data"] == ["a": "JHt2ZXJzaW9ufQ=="] && objects[2].object["stringData"] == nil)
        #expect(
            objects[3].object["spec"] == [
                "mode": 420, "is": true, "text": "yes", "quoted": "3", "of": "a v1 ${b}",
            ])
        #expect(objects[3].object["replicas"] == 3)
        #expect(objects[4].object["data"] == ["url": "cG9zdGdyZXM6Ly9w"])
    }

    @Test func saysWhatIsWrongAndWhere() {
        let many = (0...ManifestBounds.files).map { ("k8s/\($0).yaml", "") }
        let cases: [([(String, String)], [String])] = [
            ([("a.yaml", "- 1")], ["a.yaml:1:1: an object of Kubernetes is expected, with apiVersion and kind"]),
            ([("a.yaml", "kind: Pod\n")], ["a.yaml:1:1: apiVersion: every object says its apiVersion and its kind"]),
            (
                [("a.yaml", "apiVersion: v1\nkind: 3\n")],
                ["a.yaml:2:1: kind: every object says its apiVersion and its kind"]
            ),
            (
                [("a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: { generateName: x }\n")],
                ["a.yaml:3:1: metadata: a name is needed (metadata.name): deployd knows objects by their names"]
            ),
            (
                [("a.yaml", yaml("Namespace", "x"))],
                [
                    "a.yaml:2:1: kind: the namespace is the world's: whoever runs the cluster makes it, and a service's objects go into it"
                ]
            ),
            (
                [("a.yaml", yaml("Pod", "x") + "spec: !Ref x\n")],
                ["a.yaml:4:7: spec: the tag '!Ref' means nothing here"]
            ),
            (
                [("a.yaml", "# deployd: substitute\n" + yaml("ConfigMap", "x") + "data: { a: '${versoin}' }\n")],
                ["a.yaml:5:12: data.a: unknown reference '${versoin}'; did you mean 'version'?"]
            ),
            (
                [("a.yaml", "# deployd: substitute\n" + yaml("ConfigMap", "x") + "data:\n  a: x${requires.db.url}\n")],
                [
                    "a.yaml:6:7: data.a: '${requires.db.url}' is secret: only a Secret may hold it (stringData), for others to refer to"
                ]
            ),
            (
                [("a.yaml", "# deployd: substitute\n" + yaml("ConfigMap", "x") + "data: { '${version}': x }\n")],
                ["a.yaml:5:9: data.${version}: nothing is replaced in keys"]
            ),
            (
                [("a.yaml", "a: [")],
                [
                    "a.yaml:2:1: not valid YAML: did not find expected node content while parsing a flow node that starts at line 2"
                ]
            ),
            (many, ["k8s/0.yaml:1:1: 201 manifests are in this folder; 200 are the most"]),
        ]
        for (files, expected) in cases { #expect(errors(files) == expected) }
    }

    @Test func placesThem() throws {
        var workload = ManifestCases.workload("small")
        workload.manifests = try read([
            ("a.yaml", yaml("Thing", "t", ", namespace: develop")), ("b.yaml", yaml("StatefulSet", "db")),
            ("c.yaml", yaml("ConfigMap", "c", ", labels: { deployd.dev/target: x, a: b }")),
            ("d.yaml", yaml("ClusterRole", "r")),
            (
                "e.yaml",
                yaml("CustomResourceDefinition", "wides.example.com")
                    + "spec: { scope: Cluster, group: example.com, names: { kind: Wide } }\n"
            ),
            ("f.yaml", yaml("Thing", "u").replacing("Thing", "Wide")),
        ])
        let objects = try Manifests.objects(for: workload)
        #expect(
            objects.map { "\($0.kind) \($0.namespace ?? "-")" } == [
                "CustomResourceDefinition -", "ClusterRole -", "ConfigMap develop", "StatefulSet develop",
                "Thing develop",
                "Wide -", "ConfigMap develop", "Service develop", "Deployment develop",
            ])
        #expect(
            objects[2].labels == [
                "deployd.dev/application": "small", "deployd.dev/target": "develop-a", "a": "b",
                "app.kubernetes.io/managed-by": "deployd",
            ])
    }

    @Test func refusesWhatItCannotPlace() throws {
        let cases: [([(String, String)], String)] = [
            (
                [("a.yaml", yaml("Pod", "p", ", namespace: other"))],
                "a.yaml:3:22: metadata.namespace: 'other' is another namespace than the world's, 'develop', which everything of "
                    + "a service goes into: leave it out"
            ),
            (
                [("a.yaml", yaml("ClusterRole", "p", ", namespace: develop"))],
                "a.yaml:3:22: metadata.namespace: ClusterRole p is of the whole cluster: leave it out"
            ),
            (
                [("a.yaml", yaml("Service", "small"))],
                "a.yaml:1:1: deployd makes Service small itself: change it by deploy.kubernetes.patches, or give this one "
                    + "another name"
            ),
            (
                [("a.yaml", yaml("Pod", "p")), ("b.yaml", yaml("Pod", "p"))],
                "b.yaml:1:1: Pod p is in a.yaml:1:1 already"
            ),
        ]
        for (files, message) in cases {
            var workload = ManifestCases.workload("small")
            workload.manifests = try read(files)
            let error = #expect(throws: DeploydError.self) { try Manifests.objects(for: workload) }
            #expect(error?.message == message)
        }
    }
}

extension String {
    fileprivate func replacing(_ word: String, _ other: String) -> String {
        split(separator: " ", omittingEmptySubsequences: false).map { part in
            part.hasPrefix(word) ? other + part.dropFirst(word.count) : String(part)
        }.joined(separator: " ")
    }
}
