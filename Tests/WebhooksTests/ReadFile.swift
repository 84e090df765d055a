import Core
import Glibc

/// The whole of a file.
func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw DeploydError.system("open \(path)", errno: errno) }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 100_000)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
}
