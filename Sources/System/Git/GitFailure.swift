import Core

/// What a git command's standard error means.
enum GitFailure {
    private struct Rule {
        let code: DeploydError.Code
        let fragments: [String]
        var advice = ""
    }

    /// In order: the first rule with a fragment in the text wins, so what is more exact stands first. Texts are those of
    /// git 2.39, OpenSSH 9 and libcurl 7.88 under `LC_ALL=C`.
    private static let rules: [Rule] = [
        diskFull,
        Rule(
            code: .unauthenticated, fragments: ["Host key verification failed"],
            advice: "add the host's key to known_hosts of the user that deployd runs as"),
        Rule(
            code: .unauthenticated,
            fragments: [
                "Authentication failed", "could not read Username", "could not read Password",
                "terminal prompts disabled", "Permission denied (", "error: 401", "Invalid username or",
            ],
            advice: "give the repository credentials that may read it, or mend them: `deployd repo add --help`"),
        Rule(
            code: .unauthenticated, fragments: ["SSL certificate problem", "server certificate verification failed"],
            advice: "install the server's certificate authority on this machine"),
        Rule(code: .forbidden, fragments: ["error: 403"], advice: "the credentials may not read this repository"),
        Rule(
            code: .notFound,
            fragments: ["not our ref", "unadvertised object", "couldn't find remote ref", "no such remote ref"]),
        Rule(
            code: .notFound,
            fragments: [
                "epository not found", "' not found", "error: 404", "does not appear to be a git repository",
                "does not exist",
                "could not be found",
            ],
            advice: "check the repository's address and what its credentials may read"),
        Rule(
            code: .invalid,
            fragments: ["' not allowed", "protocol is not supported", "is not supported", "hostname is malformed"]),
        Rule(
            code: .unavailable,
            fragments: [
                "ould not resolve host", "onnection refused", "onnection reset", "onnection timed out", "timed out",
                "ailed to connect", "too slow", "early EOF", "RPC failed", "unexpected disconnect",
                "hung up unexpectedly", "error: 5", "error: 429", "Network is unreachable", "No route to host",
                ".lock': File exists", "unable to access",
            ]),
    ]

    /// Of this machine, whatever git was doing.
    private static let diskFull = Rule(
        code: .unavailable, fragments: ["No space left on device", "Disk quota exceeded"],
        advice: DeploydError.diskAdvice)

    /// The error that a failed command means.
    /// - Parameters:
    ///   - doing: what was tried, as in `fetch acme/hello`; it begins the message.
    ///   - secret: is replaced wherever it stands in the text.
    static func error(doing: String, text: String, status: ExitStatus, hiding secret: Secret?) -> DeploydError {
        let lines = redact(text, hiding: secret).split(whereSeparator: \.isNewline).map(String.init)
        for rule in rules {
            guard let line = lines.last(where: { line in rule.fragments.contains { line.contains($0) } }) else {
                continue
            }
            let advice = rule.advice.isEmpty ? "" : "; \(rule.advice)"
            return DeploydError(rule.code, "cannot \(doing): \(stripped(line))\(advice)")
        }
        let last =
            lines.last { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") } ?? lines.last ?? "git \(status)"
        return DeploydError(.unavailable, "cannot \(doing): \(stripped(last))", metadata: ["status": "\(status)"])
    }

    /// The error that a failed command without network means.
    static func localError(doing: String, text: String, status: ExitStatus) -> DeploydError {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        if let line = lines.last(where: { line in diskFull.fragments.contains { line.contains($0) } }) {
            return DeploydError(diskFull.code, "cannot \(doing): \(stripped(line)); \(diskFull.advice)")
        }
        let isMissing = ["ot a valid object name", "not a tree object", "bad object", "could not get object info"]
            .contains { text.contains($0) }
        let last = lines.last { $0.hasPrefix("fatal:") || $0.hasPrefix("error:") } ?? lines.last ?? "git \(status)"
        let code: DeploydError.Code = isMissing ? .notFound : text.contains(".lock'") ? .unavailable : .internal
        return DeploydError(code, "cannot \(doing): \(stripped(last))", metadata: ["status": "\(status)"])
    }

    /// Whether the server does not give the object that was asked for by its id.
    static func refusesObject(_ text: String) -> Bool {
        ["not our ref", "unadvertised object", "no such remote ref", "couldn't find remote ref"]
            .contains { text.contains($0) }
    }

    /// Whether the server is a plain file server, which cannot cut history.
    static func refusesDepth(_ text: String) -> Bool { text.contains("does not support shallow") }

    /// Takes user names and passwords out of addresses, and `secret` out of everything.
    static func redact(_ text: String, hiding secret: Secret?) -> String {
        var result = ""
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            result += rest[..<mark.upperBound]
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { !"/'\" \t\n".contains($0) }
            guard let at = authority.lastIndex(of: "@") else { continue }
            result += Secret("").description
            rest = rest[at...]
        }
        result += rest
        guard let word = secret?.reveal(), !word.isEmpty else { return result }
        return result.split(separator: word, omittingEmptySubsequences: false).joined(separator: "•••")
    }

    private static func stripped(_ line: String) -> String {
        var line = line[...]
        while let prefix = ["fatal: ", "error: ", "remote: ", "ERROR: ", "git: "].first(where: { line.hasPrefix($0) }) {
            line = line.dropFirst(prefix.count)
        }
        return line.count > 500 ? "\(line.prefix(500))…" : String(line)
    }
}
