import COpenSSL
public import Core
import Glibc

/// A server's certificate, the chain behind it and its private key, as TLS needs them.
public struct ServerCertificate: Sendable, Hashable {
    private static let longestName = 256
    private static let maximumNames = 100

    /// The chain, the server's own first, and then the key: PEM, as HAProxy reads it.
    public let pem: Secret
    /// The host names that it is for; with `*` in the place of a first label.
    public let names: [String]
    public let expires: Timestamp

    /// - Parameters:
    ///   - chain: PEM; the server's own certificate first.
    ///   - key: PEM, without a passphrase.
    /// - Throws: `DeploydError.invalid` that says which of the two is wrong; it holds nothing of the key.
    public init(chain: Secret, key: Secret) throws(DeploydError) {
        let certificate = try Certificate(pem: chain)
        try certificate.check(key: key)
        pem = Secret("\(chain.reveal().trimmed)\n\(key.reveal().trimmed)\n")
        names = (0..<Int32(ServerCertificate.maximumNames)).lazy.map(certificate.name).prefix { $0 != nil }
            .compactMap(\.self)
        expires = try certificate.expires()
    }

    /// A name for its file: of two certificates for one host, the greater is the one that lasts longer.
    public var identifier: String {
        let day = expires.description.prefix(10)
        return "\(day)-\(Digest.sha256(of: pem.reveal()).hex.prefix(32))"
    }

    /// Whether a client that asks for `host` accepts it (RFC 6125).
    public func covers(_ host: String) -> Bool {
        (try? Certificate(pem: pem))?.covers(host) ?? false
    }

    static let longestNameBytes = Int32(longestName)
}

/// OpenSSL's certificate.
private final class Certificate {
    private let handle: OpaquePointer

    /// - Throws: `.invalid` when the text does not begin with a certificate.
    init(pem: Secret) throws(DeploydError) {
        let found = Certificate.reading(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
        guard let found else { throw DeploydError(.invalid, "the certificate is not one in PEM") }
        handle = found
    }

    deinit { X509_free(handle) }

    func check(key pem: Secret) throws(DeploydError) {
        // The empty passphrase, or OpenSSL would ask for one at the terminal.
        let key = Certificate.reading(pem) { bio in
            var empty: [CChar] = [0]
            return PEM_read_bio_PrivateKey(bio, nil, nil, &empty)
        }
        guard let key else {
            throw DeploydError(.invalid, "the key is not a private key in PEM, without a passphrase")
        }
        defer { EVP_PKEY_free(key) }
        guard X509_check_private_key(handle, key) == 1 else {
            ERR_clear_error()
            throw DeploydError(.invalid, "the key is another certificate's")
        }
    }

    func covers(_ host: String) -> Bool { X509_check_host(handle, host, host.utf8.count, 0, nil) == 1 }

    /// The DNS name at a place of its alternative names; nil after the last.
    func name(_ index: Int32) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(ServerCertificate.longestNameBytes))
        let count = deployd_certificate_name(handle, index, &buffer, ServerCertificate.longestNameBytes)
        guard count >= 0 else { return nil }
        return String(decoding: buffer.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func expires() throws(DeploydError) -> Timestamp {
        var moment = tm()
        guard ASN1_TIME_to_tm(X509_get0_notAfter(handle), &moment) == 1 else {
            throw DeploydError(.invalid, "the certificate does not say until when it holds")
        }
        return Timestamp(seconds: Int64(timegm(&moment)))
    }

    private static func reading(_ pem: Secret, _ body: (OpaquePointer) -> OpaquePointer?) -> OpaquePointer? {
        let bytes = Array(pem.reveal().utf8)
        return bytes.withUnsafeBytes { buffer in
            guard let bio = BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else { return nil }
            defer {
                BIO_free(bio)
                ERR_clear_error()
            }
            return body(bio)
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
