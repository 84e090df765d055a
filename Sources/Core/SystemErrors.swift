import Glibc

/// The text of an `errno` value (`strerror_r`, XSI form).
public func describe(errno number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// Whether a call failed because a disk, or the user's share of it, is full.
func isDiskFull(errno number: Int32) -> Bool { number == ENOSPC || number == EDQUOT }
