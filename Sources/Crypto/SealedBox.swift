public import Core

/// What `MasterKey.seal` makes, taken apart: AES-256-GCM under one key and one nonce.
///
/// As bytes: version (1), key id (8), nonce (12), ciphertext, tag (16). The first two are authenticated with the
/// associated data.
public struct SealedBox: Sendable, Hashable {
    static let version: UInt8 = 1
    static let keyIDCount = 8
    static let nonceCount = 12
    static let tagCount = 16
    static let headerCount = 1 + keyIDCount

    /// Which key opens it: the first bytes of the key's SHA-256.
    public let keyID: [UInt8]
    let nonce: [UInt8]
    let ciphertext: [UInt8]
    let tag: [UInt8]

    init(keyID: [UInt8], nonce: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
        self.keyID = keyID
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.tag = tag
    }

    /// - Throws: `DeploydError` `invalid` when `bytes` are no sealed box of a version known here.
    public init(_ bytes: some Sequence<UInt8>) throws(DeploydError) {
        let bytes = Array(bytes)
        guard bytes.count >= SealedBox.headerCount + SealedBox.nonceCount + SealedBox.tagCount else {
            throw DeploydError(.invalid, "a sealed value is cut short: \(bytes.count) bytes")
        }
        guard bytes[0] == SealedBox.version else {
            throw DeploydError(
                .invalid, "a sealed value has version \(bytes[0]), unknown here: a newer deployd may have written it")
        }
        let nonceEnd = SealedBox.headerCount + SealedBox.nonceCount
        keyID = Array(bytes[1..<SealedBox.headerCount])
        nonce = Array(bytes[SealedBox.headerCount..<nonceEnd])
        ciphertext = Array(bytes[nonceEnd..<(bytes.count - SealedBox.tagCount)])
        tag = Array(bytes.suffix(SealedBox.tagCount))
    }

    public var bytes: [UInt8] { header + nonce + ciphertext + tag }

    var header: [UInt8] { SealedBox.header(keyID: keyID) }

    static func header(keyID: [UInt8]) -> [UInt8] { [version] + keyID }
}
