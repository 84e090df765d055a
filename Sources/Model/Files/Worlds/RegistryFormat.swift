import Core
import Formats

/// An entry of `registries:`.
enum RegistryFormat {
    static let username = Field("username", .template, "Who asks; it may be ${env:NAME} or ${file:PATH}")
    static let password = Field("password", .template, "A password or token: ${env:NAME} or ${file:PATH}")
    private static let insecure = Field("insecure", .boolean, "Whether it is asked by plain HTTP; default false")

    static let shape = Shape<RegistryText>.mapping([username, password, insecure]) { reader in
        for (field, other) in [(username, password), (password, username)] {
            if let text = reader[field] { reader.place(of: field).check(text, in: CertificateFormat.scope) }
            if reader.has(other), reader.lacks(field) {
                reader.place(of: field).fail("missing: username and password go together")
            }
        }
        if let password = reader[password], password.references.isEmpty {
            reader.place(of: Self.password).fail("a secret has no place in the file: use ${env:NAME} or ${file:PATH}")
        }
        return RegistryText(
            username: reader[username], password: reader[password], isInsecure: reader[insecure] ?? false)
    }
}

extension TextRule {
    /// Where images are, as their names begin: a host, and a port.
    static let registry = TextRule(
        expected: "a registry",
        rule: "use a host in lower case, and a port where it has one, such as "
            + "registry.example.com or localhost:5000",
        pattern: "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?$"
    ) { text in
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, (1...253).contains(host.utf8.count),
            host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ DNSLabel.isValid(String($0)) })
        else { return false }
        guard parts.count == 2 else { return true }
        return (1...5).contains(parts[1].utf8.count)
            && parts[1].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
