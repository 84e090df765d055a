import COpenSSL

/// Comparisons whose time says nothing about where two values differ. The lengths are not hidden.
public enum ConstantTime {
    public static func equal(_ a: some Sequence<UInt8>, _ b: some Sequence<UInt8>) -> Bool {
        a.withBytes { a in
            b.withBytes { b in
                a.count == b.count && (a.isEmpty || CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0)
            }
        }
    }

    public static func equal(_ a: String, _ b: String) -> Bool { equal(a.utf8, b.utf8) }
}
