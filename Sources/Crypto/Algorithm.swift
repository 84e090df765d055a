import COpenSSL

/// An algorithm of OpenSSL's default provider, fetched once: `EVP_sha256()` and the like look theirs up at every use.
struct Algorithm: @unchecked Sendable {
    // Unchecked: fetched algorithms are immutable and counted atomically (openssl-threads(7)); these are never freed.
    let pointer: OpaquePointer

    static let sha256 = Algorithm(pointer: require(EVP_MD_fetch(nil, "SHA256", nil), "EVP_MD_fetch"))
    static let aes256GCM = Algorithm(pointer: require(EVP_CIPHER_fetch(nil, "AES-256-GCM", nil), "EVP_CIPHER_fetch"))
}
