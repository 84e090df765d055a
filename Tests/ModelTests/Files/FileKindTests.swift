import Core
import Formats
import Model
import Testing

@Suite struct FileKindTests {
    @Test(
        arguments: [
            ("deployd.yaml", "world: a", FileKind.service), ("repository.yaml", "", .repository),
            ("a.yaml", "---\n---\nenvironment: x", .world), ("a.yaml", "slug: x", .slug),
            ("a.yaml", "service: x", .service),
            ("a.yaml", "promotion: x", .world), ("a.yaml", "repository: x", .repository), ("a.yaml", "x: 1", nil),
            ("a.yaml", "[", nil),
        ] as [(String, String, FileKind?)])
    func detects(file: String, text: String, expected: FileKind?) {
        #expect(FileKind.detect(Array(text.utf8), file: "some/\(file)") == expected)
    }

    /// formats.md names these keys; each is in the schema, and read or refused by name.
    @Test(arguments: [
        (
            FileKind.service,
            "services service description url labels build image command port ports env secrets health replicas limits update onFailure manifests deploy drain beforeDeploy requires entrypoints environmentSets environments triggers paths overrides"
        ),
        (
            .world,
            "world description labels resourceRepositories capabilities trusted entrypoints parameters gates shared registries dockerConfig targets allowTargetsFrom environment applications repositories versions windows environmentSet environments"
        ),
        (.slug, "slug description extends parameters capability template values requires outputs deletion oneOf"),
        (.repository, "repository description inherits"),
    ])
    func listsEveryKey(kind: FileKind, keys: String) {
        let names = Set(kind.form.fields.map(\.name))
        #expect(names == Set(keys.split(separator: " ").map(String.init)))
        #expect(kind.jsonSchema["title"] == .string("deployd \(kind.rawValue)"))
        #expect(kind.form.reference.allSatisfy { !$0.summary.isEmpty && !$0.summary.hasSuffix(".") })
    }
}
