public import Crypto

/// What a tree of files consists of, and its digest: equal trees have equal digests wherever and whenever they are made.
public struct TreeManifest: Sendable, Hashable {
    public struct Entry: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            /// With the digest of its content, and its permissions (the last nine bits).
            case file(Digest, mode: UInt32)
            case link(to: String)
            /// Only those in which nothing is.
            case emptyDirectory
        }

        public let path: String
        public let kind: Kind

        public init(path: String, kind: Kind) {
            self.path = path
            self.kind = kind
        }
    }

    /// Sorted by the bytes of their paths.
    public let entries: [Entry]

    public init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    /// SHA-256 over the entries: `KIND MODE VALUE NUL PATH NUL`. No field can hold the NUL that ends it, so no two
    /// trees give the same text. Times, owners and the permissions of directories do not count.
    public var digest: Digest {
        var hash = SHA256()
        hash.update("deployd tree 1\0")
        for entry in entries {
            let head =
                switch entry.kind {
                case .file(let content, let mode): "file \(String(mode, radix: 8)) \(content.hex)"
                case .link(let target): "link 0 \(target)"
                case .emptyDirectory: "directory 0 "
                }
            hash.update("\(head)\0\(entry.path)\0")
        }
        return hash.finish()
    }
}
