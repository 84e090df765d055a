import Formats
import Testing

@Suite struct TemplateTests {
    @Test(
        arguments: [
            ("", []), ("plain $ and $$ and $x", [.literal("plain $ and $$ and $x")]),
            ("${version}", [.reference(Reference(.path(["version"]), offset: 0))]),
            (
                "é://${requires.my-db.url}/x",
                [
                    .literal("é://"), .reference(Reference(.path(["requires", "my-db", "url"]), offset: 4)),
                    .literal("/x"),
                ]
            ),
            ("$${a} $$${b}", [.literal("${a} $${b}")]),
            ("${env:KUBE_CONFIG}", [.reference(Reference(.scheme("env", "KUBE_CONFIG"), offset: 0))]),
            ("${file:../tls.pem}", [.reference(Reference(.scheme("file", "../tls.pem"), offset: 0))]),
        ] as [(String, [Template.Part])])
    func parses(text: String, parts: [Template.Part]) throws {
        let template = try Template(text)
        #expect(template == Template(parts: parts))
        #expect(template.source == (text == "$${a} $$${b}" ? "$${a} $$${b}" : text))
    }

    @Test(arguments: [
        ("a ${b", ["2 '${' has no '}'; '$${' writes a literal '${'"]),
        ("${}${ a }${a..b}", ["0 '${}'", "3 '${ a }'", "9 '${a..b}'"]),
        ("${FOO:-x} ${env:} ${a:b c} ${é}", ["0 '${FOO:-x}'", "10 '${env:}'", "18 '${a:b c}'", "27 '${é}'"]),
    ])
    func refuses(text: String, expected: [String]) {
        let rule = " is not a reference; write names joined by dots between '${' and '}', or '$${' for a literal '${'"
        let found = Template.parse(text).errors.map { "\($0.offset) \($0.message)" }
        #expect(found.map { $0.hasSuffix(rule) ? String($0.dropLast(rule.count)) : $0 } == expected)
    }

    @Test func resolves() throws {
        let template = try Template("a ${version}$${x} ${requires.users.url}!")
        #expect(template.resolve { $0.path.joined(separator: "/") } == "a version${x} requires/users/url!")
        #expect(template.references.map(\.description) == ["version", "requires.users.url"])
        #expect(try Template("$${x}").literal == "${x}")
        #expect(template.literal == nil)
    }

    @Test(arguments: [
        ("version", nil), ("requires.users.anything", nil), ("env:HOME", nil),
        ("verison", "unknown reference '${verison}'; did you mean 'version'?"),
        ("requires.user.url", "unknown reference '${requires.user.url}'; did you mean 'requires.users.url'?"),
        ("requires.users", "unknown reference '${requires.users}'; did you mean 'requires.users.*'?"),
        ("port.http", "unknown reference '${port.http}'; did you mean 'ports.http'?"),
        ("evn:HOME", "unknown reference '${evn:HOME}'; did you mean 'env:HOME'?"),
        (
            "secrets.STRIPE",
            "unknown reference '${secrets.STRIPE}'; known here: env:*, ports.http, requires.users.*, version"
        ),
    ])
    func checksScope(text: String, expected: String?) throws {
        let scope = ReferenceScope(["version", "requires.users.*", "ports.http", "env:*"])
        let reference = try #require(try Template("${\(text)}").references.first)
        #expect(scope.problem(with: reference) == expected)
    }

    @Test func emptyScopeSaysSo() {
        #expect(
            ReferenceScope([]).problem(with: Reference(.path(["version"])))
                == "unknown reference '${version}'; nothing may be referred to here")
    }
}
