/// The part of a URL that says whom one talks to: scheme, host and port.
struct RegistryAddress: Sendable, Hashable {
    let isSecure: Bool
    let host: RegistryHost

    /// `https://registry.example.com`
    var url: String {
        "\(isSecure ? "https" : "http")://\(host.name)" + (host.port.map { ":\($0)" } ?? "")
    }

    init(isSecure: Bool, host: RegistryHost) {
        self.isSecure = isSecure
        self.host = host
    }

    /// Of an absolute URL; nil when it is none, or has user information.
    init?(of url: String) {
        let lower = url.prefix(8).lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            return nil
        }
        isSecure = lower.hasPrefix("https://")
        let rest = url.dropFirst(isSecure ? 8 : 7)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let host = RegistryHost(authority.lowercased()) else { return nil }
        self.host = host
    }

    /// Equal ports are equal, written or not.
    func isSame(as other: RegistryAddress) -> Bool {
        isSecure == other.isSecure && host.name == other.host.name && port == other.port
    }

    private var port: Int { host.port ?? (isSecure ? 443 : 80) }
}
