import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag. The caller never repeats a nonce under a key.
enum AESGCM {
    static func seal(
        _ plaintext: [UInt8], key: UnsafeRawBufferPointer, nonce: [UInt8], associatedData: [[UInt8]]
    ) -> (ciphertext: [UInt8], tag: [UInt8]) {
        let context = Context()
        require(context.start(key: key, nonce: nonce, encrypts: 1), "EVP_CipherInit_ex2")
        for part in associatedData { context.authenticate(part) }
        let ciphertext = context.update(plaintext)
        require(context.finish(), "EVP_CipherFinal_ex")
        return (ciphertext, context.tag())
    }

    /// Nil when the tag is not that of key, nonce, associated data and ciphertext.
    static func open(
        _ ciphertext: [UInt8], tag: [UInt8], key: UnsafeRawBufferPointer, nonce: [UInt8], associatedData: [[UInt8]]
    ) -> [UInt8]? {
        let context = Context()
        require(context.start(key: key, nonce: nonce, encrypts: 0), "EVP_CipherInit_ex2")
        for part in associatedData { context.authenticate(part) }
        let plaintext = context.update(ciphertext)
        context.expect(tag: tag)
        return context.finish() ? plaintext : nil
    }
}

private struct Context: ~Copyable {
    private let pointer: OpaquePointer

    init() { pointer = require(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new") }

    func start(key: UnsafeRawBufferPointer, nonce: [UInt8], encrypts: Int32) -> Bool {
        let key = key.bindMemory(to: UInt8.self).baseAddress
        return EVP_CipherInit_ex2(pointer, Algorithm.aes256GCM.pointer, key, nonce, encrypts, nil) == 1
    }

    func authenticate(_ bytes: [UInt8]) {
        var count: Int32 = 0
        require(EVP_CipherUpdate(pointer, nil, &count, bytes, Int32(bytes.count)) == 1, "EVP_CipherUpdate")
    }

    func update(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
            var count: Int32 = 0
            require(
                EVP_CipherUpdate(pointer, buffer.baseAddress, &count, bytes, Int32(bytes.count)) == 1,
                "EVP_CipherUpdate")
            initialized = Int(count)
        }
    }

    func finish() -> Bool {
        var rest = [UInt8](repeating: 0, count: 16)
        var count: Int32 = 0
        return EVP_CipherFinal_ex(pointer, &rest, &count) == 1
    }

    func tag() -> [UInt8] {
        var tag = [UInt8](repeating: 0, count: SealedBox.tagCount)
        require(deployd_aead_get_tag(pointer, &tag, Int32(tag.count)) == 1, "EVP_CTRL_AEAD_GET_TAG")
        return tag
    }

    func expect(tag: [UInt8]) {
        require(deployd_aead_set_tag(pointer, tag, Int32(tag.count)) == 1, "EVP_CTRL_AEAD_SET_TAG")
    }

    deinit { EVP_CIPHER_CTX_free(pointer) }
}
