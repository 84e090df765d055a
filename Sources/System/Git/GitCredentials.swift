public import Core

/// What a git server over HTTPS asks for.
public struct GitCredentials: Sendable, Hashable {
    public let username: String
    public let password: Secret

    /// - Throws: `DeploydError.invalid` when one holds a control character: git's credential protocol is lines.
    public init(username: String, password: Secret) throws {
        guard (username + password.reveal()).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            throw DeploydError(.invalid, "a user name or password for git may hold no control characters")
        }
        self.username = username
        self.password = password
    }

    /// As git's credential helpers answer (git-credential(1), "INPUT/OUTPUT FORMAT").
    var helperAnswer: String { "username=\(username)\npassword=\(password.reveal())\n" }
}
