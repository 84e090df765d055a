public import Core

/// An image's name without a tag, as people write it and in full: `hello` is `docker.io/library/hello`
/// (https://github.com/distribution/reference).
public struct ImageName: Sendable, Hashable, CustomStringConvertible {
    /// Docker Hub, as names have it.
    static let hub = "docker.io"
    /// What a name may be long, with its registry.
    static let maximumLength = 255

    /// Host and, where it is not the usual one, port: `registry.example.com`, `localhost:5000`, `docker.io`.
    public let registry: String
    /// `acme/hello`.
    public let repository: String

    /// - Throws: `.invalid` with what is wrong.
    public init(_ text: String) throws(DeploydError) {
        guard text.utf8.count <= ImageName.maximumLength else {
            throw DeploydError(.invalid, "an image's name has at most \(ImageName.maximumLength) characters")
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let hasRegistry = parts.count == 2 && ImageName.isRegistry(parts[0])
        let host = hasRegistry ? parts[0].lowercased() : ImageName.hub
        let registry = ["index.docker.io", "registry-1.docker.io"].contains(host) ? ImageName.hub : host
        let path = hasRegistry ? parts[1] : text
        self.registry = registry
        repository = registry == ImageName.hub && !path.contains("/") ? "library/\(path)" : path
        if path.contains("@") || path.contains(":") {
            throw DeploydError(
                .invalid, "the image '\(text)' is named without a tag or digest: the release's version is its tag")
        }
        guard let registryHost = RegistryHost(registry == ImageName.hub ? "registry-1.docker.io" : registry) else {
            throw DeploydError(.invalid, "the image '\(text)' begins with no valid host name: write HOST[:PORT]/NAME")
        }
        self.registryHost = registryHost
        guard ImageName.isRepository(repository) else {
            throw DeploydError(
                .invalid,
                "'\(text)' is no image's name: its parts are lower case letters and digits, with single . _ or - "
                    + "between them, as in registry.example.com/acme/hello")
        }
    }

    /// Where its registry's API is.
    public var host: String { registry == ImageName.hub ? "registry-1.docker.io" : registry }

    let registryHost: RegistryHost

    public var description: String { "\(registry)/\(repository)" }

    /// As Docker tells a registry from the first part of a name on Docker Hub.
    private static func isRegistry(_ part: String) -> Bool {
        part.contains(".") || part.contains(":") || part.lowercased() == "localhost"
    }

    private static func isRepository(_ path: String) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isComponent(Array($0.utf8)) }
    }

    /// `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`
    private static func isComponent(_ bytes: [UInt8]) -> Bool {
        let isPlain = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        guard let first = bytes.first, let last = bytes.last, isPlain(first), isPlain(last) else { return false }
        return bytes.split(whereSeparator: isPlain).allSatisfy { separator in
            let text = String(decoding: separator, as: UTF8.self)
            return [".", "_", "__"].contains(text) || text.allSatisfy { $0 == "-" }
        }
    }
}
