import Core
import Testing

@testable import CLI

struct SecretInputTests {
    /// Exactly one line end goes: that of whoever typed or echoed it.
    @Test(arguments: [
        ("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a \n", " a "), ("a\u{2028}", "a\u{2028}"),
        ("-----BEGIN\nx\n-----END\n", "-----BEGIN\nx\n-----END"),
    ])
    func oneLineEndGoes(text: String, expected: String) throws {
        #expect(try CommandContext.secret(Array(text.utf8), from: "x") == Secret(expected))
    }

    @Test(arguments: [("", "x is empty; it should hold the secret"), ("\n", "x is empty; it should hold the secret")])
    func nothingIsNoSecret(text: String, message: String) {
        let error = #expect(throws: DeploydError.self) { try CommandContext.secret(Array(text.utf8), from: "x") }
        #expect(error?.message == message)
    }
}
