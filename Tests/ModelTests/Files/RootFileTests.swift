import Formats
import Model
import Testing

@Suite struct RootFileTests {
    @Test func listsServicesOrIsOne() throws {
        let several = RootFile.parse(Array("services: [services/users, \"apps/*\"]".utf8))
        #expect(several == Parsed(value: .services(["services/users", "apps/*"]), diagnostics: []))
        let text = Array("service: hello\npaths: [libs/common, go.mod]".utf8)
        let service = try ServiceFile.parse(text).get()
        #expect(service.paths == ["libs/common", "go.mod"])
        #expect(RootFile.parse(text) == Parsed(value: .service(service), diagnostics: []))
    }

    @Test(arguments: [
        (
            "services: [a/../b, /c, d/, \"\", 5]\nservice: x\n",
            """
            deployd.yaml:1:12: services[0]: 'a/../b': RULE
            deployd.yaml:1:20: services[1]: '/c': RULE
            deployd.yaml:1:24: services[2]: 'd/': RULE
            deployd.yaml:1:28: services[3]: '': RULE
            deployd.yaml:1:32: services[4]: expected a folder, found the number 5; quote it
            deployd.yaml:2:1: service: a file that lists services has no other key; each folder has its own deployd.yaml

            """
        ),
        ("services: []", "deployd.yaml:1:11: services: an empty list is not allowed\n"),
        ("services:", "deployd.yaml:1:1: services: expected a list, found nothing\n"),
        (
            "service: a\npaths: [../x]",
            "deployd.yaml:2:9: paths[0]: '../x': use one from the repository's root, without '.', '..' and empty parts\n"
        ),
    ])
    func refuses(text: String, expected: String) {
        let rule = "use a path from the repository's root, such as services/users or apps/*"
        let lines = expected.split(separator: "RULE", omittingEmptySubsequences: false).joined(separator: rule)
        #expect(RootFile.parse(Array(text.utf8)).diagnostics.text == lines)
    }
}
