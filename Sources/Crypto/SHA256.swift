import COpenSSL

/// SHA-256 over bytes that come in pieces. For bytes that are all there, `Digest.sha256(of:)`.
///
///     var hasher = SHA256()
///     hasher.update(chunk)
///     let digest = hasher.finish()
public struct SHA256: ~Copyable, @unchecked Sendable {
    // Unchecked: the context is owned by this value alone, and changes need exclusive access to it.
    private let context: OpaquePointer

    public init() {
        context = require(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        restart()
    }

    public mutating func update(_ bytes: some Sequence<UInt8>) {
        bytes.withBytes { update($0) }
    }

    public mutating func update(_ text: String) { update(text.utf8) }

    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        require(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "EVP_DigestUpdate")
    }

    /// The digest of what was given so far. The hasher is as new afterwards.
    public mutating func finish() -> Digest {
        let bytes = [UInt8](unsafeUninitializedCapacity: Digest.count) { buffer, count in
            require(EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1, "EVP_DigestFinal_ex")
            count = Digest.count
        }
        restart()
        return Digest(unchecked: bytes)
    }

    private func restart() {
        require(EVP_DigestInit_ex2(context, Algorithm.sha256.pointer, nil) == 1, "EVP_DigestInit_ex2")
    }

    deinit { EVP_MD_CTX_free(context) }
}

extension Digest {
    public static func sha256(of bytes: some Sequence<UInt8>) -> Digest {
        bytes.withBytes { bytes in
            Digest(
                unchecked: [UInt8](unsafeUninitializedCapacity: count) { buffer, count in
                    let succeeded = EVP_Digest(
                        bytes.baseAddress, bytes.count, buffer.baseAddress, nil, Algorithm.sha256.pointer, nil)
                    require(succeeded == 1, "EVP_Digest")
                    count = Digest.count
                })
        }
    }

    public static func sha256(of text: String) -> Digest { sha256(of: text.utf8) }
}
