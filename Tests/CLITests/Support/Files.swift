import System

/// Writes a file, and makes the folders above it.
func write(_ text: String, to path: String) throws {
    if let end = path.lastIndex(of: "/") { try Files.makeDirectory(String(path[..<end])) }
    try Files.write(Array(text.utf8), to: path)
}
