import Core
import Formats
import Testing

@testable import Model

@Suite struct TemplateFileTests {
    private func read(_ name: String, _ files: [String: String]) -> Parsed<RepositorySource> {
        let all = [
            "repository.yaml": "repository: acme\n",
            "port.yaml": "slug: port\ncapability: local\ntemplate: { kind: port }\n",
            "queue.yaml": "slug: queue\nextends: port\ntemplate: \(name)\n",
        ].merging(files) { $1 }
        return RepositorySource.parse(folder: "resource-repos/acme", files: all.mapValues { Array($0.utf8) })
    }

    @Test func aTemplateIsReadFromTheFileBesideIt() {
        let text = "# deployd: substitute\nkind: A\n---\nkind: B\n"
        let parsed = read("queue.k8s.yaml", ["queue.k8s.yaml": text])
        #expect(parsed.diagnostics == [])
        #expect(
            parsed.value?.definitions["queue"]?.content.template
                == ["file": "acme/queue.k8s.yaml", "text": .string(text)])
    }

    @Test(arguments: [
        (
            "queue.k8.yaml", ["queue.k8s.yaml": "a: 1"],
            "resource-repos/acme/queue.yaml:3:1: template: there is no file queue.k8.yaml beside this one; "
                + "did you mean 'queue.k8s.yaml'?"
        ),
        (
            "{ kind: port }", ["other.k8s.yaml": "a: 1"],
            "resource-repos/acme/other.k8s.yaml:1:1: no definition of this repository has it as its template"
        ),
        (
            "queue.k8s.yaml", ["queue.k8s.yaml": "a: [1\n"],
            "resource-repos/acme/queue.k8s.yaml:2:1: "
        ),
    ])
    func whatIsWrongIsSaidOfTheRightFile(_ name: String, _ files: [String: String], _ expected: String) {
        let parsed = read(name, files)
        #expect(parsed.value == nil)
        #expect(parsed.diagnostics.map(\.description).joined(separator: "\n").hasPrefix(expected))
    }
}
