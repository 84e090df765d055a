import COpenSSL

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) under one key, for any number of messages.
///
/// Keep one per key: the key is scheduled once, and each message then costs its hashing only. Two hash states that are
/// copied for each message, so threads do not wait for one another, and nothing is allocated but the code: a reused
/// `EVP_MAC_CTX` copies its states on the heap and needs a lock.
public final class HMACSHA256: Sendable {
    /// After the key's inner and outer pad.
    private let inner: SHA256_CTX
    private let outer: SHA256_CTX

    private static let blockSize = 64

    public init(key: some Sequence<UInt8>) {
        (inner, outer) = key.withBytes { key in
            withUnsafeTemporaryAllocation(byteCount: HMACSHA256.blockSize, alignment: 1) { block in
                defer { OPENSSL_cleanse(block.baseAddress, block.count) }
                block.initializeMemory(as: UInt8.self, repeating: 0)
                // RFC 2104 §2: a key that is longer than a block is hashed first.
                if key.count > block.count {
                    block.copyBytes(from: Digest.sha256(of: key).bytes)
                } else {
                    block.copyBytes(from: key)
                }
                return (HMACSHA256.state(after: block, mask: 0x36), HMACSHA256.state(after: block, mask: 0x5C))
            }
        }
    }

    /// - Parameter key: its UTF-8 bytes, as webhook secrets are used.
    public convenience init(key: String) { self.init(key: key.utf8) }

    public func code(for message: some Sequence<UInt8>) -> Digest {
        message.withBytes { bytes in compute { deployd_sha256_update(&$0, bytes.baseAddress, bytes.count) } }
    }

    public func code(for message: String) -> Digest { code(for: message.utf8) }

    /// The code for the parts one after the other, without joining them.
    public func code(forParts parts: [[UInt8]]) -> Digest {
        compute { state in
            for part in parts { part.withUnsafeBytes { deployd_sha256_update(&state, $0.baseAddress, $0.count) } }
        }
    }

    /// Whether `code` is that of `message`, in a time that does not depend on where they differ.
    public func isValid(_ code: some Sequence<UInt8>, for message: some Sequence<UInt8>) -> Bool {
        ConstantTime.equal(code, self.code(for: message).bytes)
    }

    private func compute(_ update: (inout SHA256_CTX) -> Void) -> Digest {
        var hash = inner
        update(&hash)
        return Digest(
            unchecked: [UInt8](unsafeUninitializedCapacity: Digest.count) { buffer, count in
                deployd_sha256_final(&hash, buffer.baseAddress)
                hash = outer
                deployd_sha256_update(&hash, buffer.baseAddress, Digest.count)
                deployd_sha256_final(&hash, buffer.baseAddress)
                count = Digest.count
            })
    }

    private static func state(after block: UnsafeMutableRawBufferPointer, mask: UInt8) -> SHA256_CTX {
        for index in block.indices { block[index] ^= mask }
        defer { for index in block.indices { block[index] ^= mask } }
        var state = SHA256_CTX()
        deployd_sha256_init(&state)
        deployd_sha256_update(&state, block.baseAddress, block.count)
        return state
    }
}
