import COpenSSL
public import Core

/// The key that seals secrets at rest: 32 bytes, wiped from memory when the last reference goes.
public final class MasterKey: Sendable {
    public static let count = 32

    /// The first 8 bytes of the key's SHA-256: says which key a box needs without telling the key.
    public let id: [UInt8]
    private let key: KeyMemory

    /// - Throws: `DeploydError` `invalid` when `bytes` are not 32.
    public init(_ bytes: [UInt8]) throws(DeploydError) {
        guard bytes.count == MasterKey.count else {
            throw DeploydError(.invalid, "a master key is \(MasterKey.count) bytes, not \(bytes.count)")
        }
        id = Array(Digest.sha256(of: bytes).bytes.prefix(SealedBox.keyIDCount))
        key = KeyMemory(copying: bytes)
    }

    public static func random() -> MasterKey {
        var bytes = SecureRandom.bytes(count)
        defer { wipe(&bytes) }
        return MasterKey(unchecked: bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        id = Array(Digest.sha256(of: bytes).bytes.prefix(SealedBox.keyIDCount))
        key = KeyMemory(copying: bytes)
    }

    /// Encrypts and authenticates `plaintext` under a random nonce.
    /// - Parameter associatedData: what the box belongs to, e.g. `secret/hello/dev/STRIPE_KEY`; opening needs the same,
    ///   so a box moved to another place does not open there.
    /// - Returns: the bytes of a `SealedBox`.
    public func seal(_ plaintext: some Sequence<UInt8>, associatedData: some Sequence<UInt8>) -> [UInt8] {
        let nonce = SecureRandom.bytes(SealedBox.nonceCount)
        let (ciphertext, tag) = AESGCM.seal(
            Array(plaintext), key: key.bytes, nonce: nonce,
            associatedData: [SealedBox.header(keyID: id), Array(associatedData)])
        return SealedBox(keyID: id, nonce: nonce, ciphertext: ciphertext, tag: tag).bytes
    }

    /// The plaintext of what `seal` made.
    /// - Throws: `DeploydError` `invalid`: another key sealed it, or it was changed, or belongs elsewhere.
    public func open(
        _ sealed: some Sequence<UInt8>, associatedData: some Sequence<UInt8>
    ) throws(DeploydError) -> [UInt8] {
        let box = try SealedBox(sealed)
        guard box.keyID == id else {
            throw DeploydError(
                .invalid,
                "the value was sealed with the master key \(Hex.encode(box.keyID)), but the master key here is "
                    + "\(Hex.encode(id)): put back the key file that it was sealed with")
        }
        let plaintext = AESGCM.open(
            box.ciphertext, tag: box.tag, key: key.bytes, nonce: box.nonce,
            associatedData: [box.header, Array(associatedData)])
        guard let plaintext else {
            throw DeploydError(.invalid, "a sealed value does not open: it was changed, or moved from another place")
        }
        return plaintext
    }

    /// Says whether two values are the same, and nothing of them to whoever has not the key: HMAC-SHA256.
    /// - Parameter context: what the value belongs to; elsewhere the same value has another fingerprint.
    public func fingerprint(of secret: Secret, context: String) -> Digest {
        // Under a key of its own, derived from the one that seals.
        let derived = HMACSHA256(key: key.bytes).code(for: "deployd fingerprint 1")
        return HMACSHA256(key: derived.bytes).code(
            forParts: [Array("\(context.utf8.count):\(context)".utf8), Array(secret.reveal().utf8)])
    }
}

extension MasterKey {
    public func seal(_ secret: Secret, associatedData: String) -> [UInt8] {
        seal(secret.reveal().utf8, associatedData: associatedData.utf8)
    }

    /// - Throws: `DeploydError` `invalid`, as `open` of bytes does.
    public func openSecret(_ sealed: some Sequence<UInt8>, associatedData: String) throws(DeploydError) -> Secret {
        var plaintext = try open(sealed, associatedData: associatedData.utf8)
        defer { wipe(&plaintext) }
        return Secret(String(decoding: plaintext, as: UTF8.self))
    }
}

/// Memory of its own for key bytes, since an array may leave copies behind.
private final class KeyMemory: @unchecked Sendable {
    // Unchecked: written in init only.
    private let memory: UnsafeMutableRawBufferPointer

    init(copying source: [UInt8]) {
        memory = .allocate(byteCount: source.count, alignment: 16)
        memory.copyBytes(from: source)
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    deinit {
        OPENSSL_cleanse(memory.baseAddress, memory.count)
        memory.deallocate()
    }
}

/// Overwrites what the array holds.
func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
}
