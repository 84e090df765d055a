import Glibc

/// Owns an open file descriptor and closes it once.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    /// Nil, with `errno` set, for the -1 of a failed call.
    convenience init?(made number: Int32) {
        guard number >= 0 else { return nil }
        self.init(owning: number)
    }

    deinit { close(number) }

    enum Reading { case bytes(Int), end, wouldBlock }

    /// Reads once into `buffer`. Any error counts as the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Reading {
        while true {
            let count = Glibc.read(number, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if errno == EAGAIN { return .wouldBlock }
            if errno != EINTR { return .end }
        }
    }
}
