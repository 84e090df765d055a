import COpenSSL
import Synchronization

/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) under one key, for any number of messages.
///
/// Keep one per key: the key is scheduled once, and each message then costs its hashing only.
public final class HMACSHA256: Sendable {
    private let context: Mutex<Context>

    public init(key: some Sequence<UInt8>) {
        context = Mutex(Context(key: key))
    }

    /// - Parameter key: its UTF-8 bytes, as webhook secrets are used.
    public convenience init(key: String) { self.init(key: key.utf8) }

    public func code(for message: some Sequence<UInt8>) -> Digest {
        message.withBytes { bytes in
            context.withLock { context in
                context.restart()
                context.update(bytes)
                return context.finish()
            }
        }
    }

    public func code(for message: String) -> Digest { code(for: message.utf8) }

    /// The code for the parts one after the other, without joining them.
    public func code(forParts parts: [[UInt8]]) -> Digest {
        context.withLock { context in
            context.restart()
            for part in parts { part.withUnsafeBytes { context.update($0) } }
            return context.finish()
        }
    }

    /// Whether `code` is that of `message`, in a time that does not depend on where they differ.
    public func isValid(_ code: some Sequence<UInt8>, for message: some Sequence<UInt8>) -> Bool {
        ConstantTime.equal(code, self.code(for: message).bytes)
    }
}

private struct Context: ~Copyable, @unchecked Sendable {
    // Unchecked: owned by this value alone, which a Mutex holds.
    private let pointer: OpaquePointer

    init(key: some Sequence<UInt8>) {
        pointer = require(EVP_MAC_CTX_new(Algorithm.hmac.pointer), "EVP_MAC_CTX_new")
        key.withBytes { key in
            // A null key means "the key set before", so an empty key must not be null.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { empty in
                let base = key.isEmpty ? UnsafePointer(empty.baseAddress) : key.bindMemory(to: UInt8.self).baseAddress
                require(deployd_hmac_sha256_init(pointer, base, key.count) == 1, "EVP_MAC_init")
            }
        }
    }

    mutating func restart() {
        require(EVP_MAC_init(pointer, nil, 0, nil) == 1, "EVP_MAC_init")
    }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        let bytes = bytes.bindMemory(to: UInt8.self)
        require(EVP_MAC_update(pointer, bytes.baseAddress, bytes.count) == 1, "EVP_MAC_update")
    }

    mutating func finish() -> Digest {
        Digest(
            unchecked: [UInt8](unsafeUninitializedCapacity: Digest.count) { buffer, count in
                require(EVP_MAC_final(pointer, buffer.baseAddress, &count, buffer.count) == 1, "EVP_MAC_final")
            })
    }

    deinit { EVP_MAC_CTX_free(pointer) }
}
