public import Core
import Crypto

/// A docker `config.json`: logins by registry, and the programs that keep them
/// (https://docs.docker.com/reference/cli/docker/login/#credential-stores).
public struct DockerConfig: Sendable, Equatable {
    /// Who knows the credentials for a registry.
    enum Holder: Sendable, Equatable {
        case file(RegistryCredentials)
        /// `docker-credential-NAME`, asked for that server.
        case helper(String, server: String)
    }

    /// By the registry's host, or the host and the beginning of a path.
    private var logins: [String: RegistryCredentials] = [:]
    private var helpers: [String: String] = [:]
    private var store: String?

    /// - Parameter place: the file, for messages; nothing of its content is in them.
    /// - Throws: `.invalid`.
    public init(_ bytes: [UInt8], place: String) throws(DeploydError) {
        let wrong = { (what: String) in DeploydError(.invalid, "\(place) is no docker configuration: \(what)") }
        let root: JSONValue
        do { root = try JSONValue.parse(bytes) } catch { throw wrong("it is not JSON") }
        guard root.object != nil else { throw wrong("it is not an object") }
        for (server, entry) in root["auths"]?.object ?? [:] {
            guard let login = try DockerConfig.login(entry, { wrong("the login for \(server) \($0)") }) else {
                continue
            }
            logins[DockerConfig.key(server)] = login
        }
        for (server, helper) in root["credHelpers"]?.object ?? [:] {
            guard let name = helper.string, DockerConfig.isProgram(name) else {
                throw wrong("credHelpers.\(server) is no program's name")
            }
            helpers[DockerConfig.key(server)] = name
        }
        if let name = root["credsStore"]?.string, !name.isEmpty {
            guard DockerConfig.isProgram(name) else { throw wrong("credsStore is no program's name") }
            store = name
        }
    }

    /// A helper of the registry's own comes first, then the store of all, then the file, as Docker has it.
    /// - Parameter isAsked: whether a helper that is the store of all is left out, since it knew nothing.
    func holder(for image: ImageName, leavingOut isAsked: Bool = false) -> Holder? {
        let keys = DockerConfig.keys(of: image)
        if !isAsked {
            let server = image.registry == ImageName.hub ? "https://index.docker.io/v1/" : image.registry
            if let name = keys.lazy.compactMap({ helpers[$0] }).first { return .helper(name, server: server) }
            if let store { return .helper(store, server: server) }
        }
        return keys.lazy.compactMap { logins[$0] }.first.map(Holder.file)
    }

    /// The longest first: `HOST/acme/hello`, `HOST/acme`, `HOST`.
    private static func keys(of image: ImageName) -> [String] {
        let parts = image.repository.split(separator: "/")
        return parts.indices.reversed().map { "\(image.registry)/\(parts[...$0].joined(separator: "/"))" }
            + [image.registry]
    }

    /// `https://index.docker.io/v1/` and the like as names of images have it.
    private static func key(_ server: String) -> String {
        var text = Substring(server)
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        while text.hasSuffix("/") { text = text.dropLast() }
        for version in ["/v1", "/v2"] where text.hasSuffix(version) { text = text.dropLast(version.count) }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard let host = parts.first?.lowercased() else { return "" }
        let name = ["index.docker.io", "registry-1.docker.io"].contains(host) ? ImageName.hub : host
        return ([name] + parts.dropFirst()).joined(separator: "/")
    }

    private static func login(
        _ entry: JSONValue, _ wrong: (String) -> DeploydError
    ) throws(DeploydError) -> RegistryCredentials? {
        let text = { (name: String) in entry[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        if let token = text("identitytoken") { return .identityToken(Secret(token)) }
        if let token = text("registrytoken") { return .registryToken(Secret(token)) }
        if let user = text("username"), let password = text("password") {
            return .password(user: user, Secret(password))
        }
        guard let auth = text("auth") else { return nil }
        let padded = auth + String(repeating: "=", count: (4 - auth.utf8.count % 4) % 4)
        guard let bytes = Base64.decode(padded), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
            throw wrong("has an auth that is not the base 64 of USER:PASSWORD")
        }
        let password = bytes[(colon + 1)...].prefix { $0 != 0 }
        return .password(
            user: String(decoding: bytes[..<colon], as: UTF8.self), Secret(String(decoding: password, as: UTF8.self)))
    }

    /// The name ends a program's: nothing of a path may be in it.
    private static func isProgram(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains($0)
            }
    }
}
