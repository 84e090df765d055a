import Core

/// The address of a code repository that deployd may fetch from.
///
/// Only what was checked here reaches git: an address such as `--upload-pack=…` or `ext::sh -c …` would run a program.
public struct RepositoryURL: Sendable, Hashable, CustomStringConvertible {
    public enum Scheme: String, Sendable, CaseIterable {
        case https, ssh
        /// Only with `allowLocal`, and only to loopback.
        case http
        /// Only with `allowLocal`.
        case file
    }

    public let scheme: Scheme
    /// Empty for `file`.
    public let host: String
    public let port: Int?
    public let user: String?
    /// As git is given it; it never holds a password.
    public let text: String

    public var description: String { text }

    /// What a credential belongs to: `https://host[:port]`.
    public var origin: String {
        "\(scheme.rawValue)://\(host)\(port.map { ":\($0)" } ?? "")"
    }

    /// Reads `https://host/path`, `ssh://[user@]host/path`, `[user@]host:path`, and with `allowLocal` also `file:///path`
    /// and `http://` to loopback.
    /// - Throws: `DeploydError.invalid`, whose message does not repeat the text, since it may hold a password.
    public static func parse(_ text: String, allowLocal: Bool = false) throws -> RepositoryURL {
        guard (1...2048).contains(text.utf8.count) else { throw refusal("it must have 1 to 2048 characters") }
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw refusal("it may hold no spaces, control characters and '\\'; write others as %XX")
        }
        guard !text.hasPrefix("-") else { throw refusal("it may not start with '-'") }
        if text.contains("::") && !text.contains("[") { throw refusal("git's remote helpers (NAME::) are not allowed") }
        guard let end = text.firstRange(of: "://") else { return try secureCopyForm(text) }
        guard let scheme = Scheme(rawValue: text[..<end.lowerBound].lowercased()) else {
            throw refusal("use https://, ssh:// or user@host:path")
        }
        guard !text.contains("?"), !text.contains("#") else { throw refusal("it may hold neither '?' nor '#'") }
        return try absolute(scheme, rest: text[end.upperBound...], allowLocal: allowLocal)
    }

    private static func absolute(_ scheme: Scheme, rest: Substring, allowLocal: Bool) throws -> RepositoryURL {
        guard let slash = rest.firstIndex(of: "/"), rest[slash...].utf8.count > 1 else {
            throw refusal("it names no repository after the host")
        }
        let path = rest[slash...]
        let (user, host, port) = try authority(rest[..<slash])
        switch scheme {
        case .file:
            guard allowLocal else {
                throw refusal("file:// needs a server that was started with --allow-local-repositories")
            }
            guard rest[..<slash].isEmpty else { throw refusal("a file URL is file:///PATH") }
        case .http:
            guard allowLocal, ["127.0.0.1", "localhost", "[::1]"].contains(host) else { throw refusal("use https://") }
        case .https, .ssh:
            guard !host.isEmpty else { throw refusal("it names no host") }
        }
        let text = "\(scheme.rawValue)://\(rest[..<slash])\(path)"
        return RepositoryURL(scheme: scheme, host: host, port: port, user: user, text: text)
    }

    /// `[user@]host:path`, as ssh and git write it.
    private static func secureCopyForm(_ text: String) throws -> RepositoryURL {
        guard let colon = text.firstIndex(of: ":"), !text[..<colon].contains("/") else {
            throw refusal("use https://, ssh:// or user@host:path")
        }
        let path = text[text.index(after: colon)...]
        guard let first = path.first, first != "-", first != ":" else {
            throw refusal("it names no repository after the host")
        }
        let (user, host, _) = try authority(text[..<colon])
        guard !host.isEmpty else { throw refusal("it names no host") }
        return RepositoryURL(scheme: .ssh, host: host, port: nil, user: user, text: text)
    }

    /// `[user@]host[:port]` (RFC 3986 §3.2).
    private static func authority(_ text: Substring) throws -> (user: String?, host: String, port: Int?) {
        var rest = text
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            let name = rest[..<at]
            guard !name.contains(":") else {
                throw refusal(
                    "it may hold no password; give it as a code repository's credentials, or use ssh and a key")
            }
            guard let first = name.utf8.first, first != UInt8(ascii: "-"), name.utf8.allSatisfy(isUserByte) else {
                throw refusal("its user name is not one")
            }
            user = String(name)
            rest = rest[rest.index(after: at)...]
        }
        let (host, port) = try hostAndPort(rest)
        return (user, host, port)
    }

    private static func hostAndPort(_ text: Substring) throws -> (host: String, port: Int?) {
        var end = text.endIndex
        var port: Int?
        let portStart = text.hasPrefix("[") ? text.lastIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
        if let colon = portStart, colon < text.endIndex {
            guard text[colon] == ":", let number = Int(text[text.index(after: colon)...]), (1...65535).contains(number)
            else { throw refusal("its port is not a number from 1 to 65535") }
            (port, end) = (number, colon)
        }
        let host = text[..<end].lowercased()
        let name = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host[...]
        let allowed = host.hasPrefix("[") ? isAddressByte : isHostByte
        guard !name.hasPrefix("-"), name.utf8.allSatisfy(allowed), host.isEmpty || !name.isEmpty else {
            throw refusal("its host is not a name or an address")
        }
        return (host, port)
    }

    private static func refusal(_ reason: String) -> DeploydError {
        DeploydError(.invalid, "this is not a repository address that deployd fetches from: \(reason)")
    }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: false
    }
}

private func isUserByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || "-._+%".utf8.contains(byte) }
private func isHostByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || "-._".utf8.contains(byte) }
private func isAddressByte(_ byte: UInt8) -> Bool { isLetterOrDigit(byte) || ":.".utf8.contains(byte) }
