extension Sequence<UInt8> {
    /// Gives `body` the bytes in one piece, copied only where they are not so already.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withContiguousStorageIfAvailable { body(UnsafeRawBufferPointer($0)) }
            ?? Array(self).withUnsafeBytes(body)
    }
}

/// Stops the program when OpenSSL fails where only want of memory or a broken library can make it fail.
func require(_ succeeded: Bool, _ call: StaticString) {
    precondition(succeeded, "OpenSSL: \(call) failed")
}

/// `pointer`, which is nil only where memory is wanting or the library is broken.
func require<Pointee>(_ pointer: Pointee?, _ call: StaticString) -> Pointee {
    guard let pointer else { preconditionFailure("OpenSSL: \(call) failed") }
    return pointer
}
