import Core
import Formats

/// A file of a service's folder of manifests.
struct ManifestFile: Sendable, Equatable {
    /// From the service's folder: `k8s/database.yaml`.
    let path: String
    let bytes: [UInt8]

    /// Of files that are read: other things may lie beside manifests.
    static let suffixes = [".yaml", ".yml", ".json"]

    static func isManifest(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        return !name.hasPrefix(".") && suffixes.contains { name.hasSuffix($0) }
    }

    /// Whether its first line asks for `${…}` to be replaced.
    var isTemplate: Bool {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        return words == ["#", "deployd:", "substitute"] || words == ["#deployd:", "substitute"]
    }
}

/// How much a folder of manifests may hold.
enum ManifestBounds {
    static let files = 200
    static let bytes = 2 << 20
    static let objects = 500
}
