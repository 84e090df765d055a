import Core
import Formats
import Model
import Testing

struct ServiceSecretsTests {
    private func parse(_ text: String) -> Parsed<ServiceFile> { ServiceFile.parse(Array(text.utf8)) }

    @Test func namesOfEachEnvironment() throws {
        let file = try parse(
            """
            service: hello
            secrets: [STRIPE_KEY, _b2, STRIPE_KEY]
            overrides:
              production: { secrets: [OTHER] }
              qa: { env: { LEVEL: debug } }
            """
        ).get()
        #expect(
            [file.secrets, file.variant(for: "production").secrets, file.variant(for: "qa").secrets]
                == [["STRIPE_KEY", "_b2"], ["OTHER"], ["STRIPE_KEY", "_b2"]])
    }

    @Test func whatIsWrongIsSaidWithItsPlace() {
        let text = """
            service: hello
            env: { A: x, B: y }
            secrets:
              - A
              - 9LIVES
              - PORT_HTTP
              - C
            overrides:
              production: { env: { C: z } }
              qa: { secrets: [B, "a-b"] }
            """
        let expected = """
            deployd.yaml:4:5: secrets[0]: 'A' is in env too; take it out of one of them
            deployd.yaml:5:5: secrets[1]: '9LIVES': use 1 to 128 letters, digits and '_', no digit first
            deployd.yaml:6:5: secrets[2]: deployd sets 'PORT_HTTP' itself, from port or ports
            deployd.yaml:9:3: overrides.production: secrets[3]: 'C' is in env too; take it out of one of them
            deployd.yaml:10:19: overrides.qa.secrets[0]: 'B' is in env too; take it out of one of them
            deployd.yaml:10:22: overrides.qa.secrets[1]: 'a-b': use 1 to 128 letters, digits and '_', no digit first
            """
        #expect(parse(text).diagnostics.map(\.description).joined(separator: "\n") == expected)
    }
}
