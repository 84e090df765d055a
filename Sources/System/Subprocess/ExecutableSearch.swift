public import Core
import Glibc

extension Command {
    /// The path of the file to execute, absolute or relative to the directory it runs in.
    /// - Throws: `DeploydError` that names the program when there is no such executable file.
    public func resolvedExecutable() throws(DeploydError) -> String {
        if executable.utf8.contains(UInt8(ascii: "/")) {
            let path = executable.hasPrefix("/") ? executable : directory.map { "\($0)/\(executable)" } ?? executable
            if let reason = refusal(of: path) {
                throw DeploydError(.notFound, "cannot run \(executable): \(reason)")
            }
            return executable
        }
        let path = environment["PATH"] ?? ""
        let candidates = path.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(executable)" }
        if let found = candidates.first(where: { refusal(of: $0) == nil }), !executable.isEmpty { return found }
        throw DeploydError(
            .notFound, "the program '\(executable)' is not in PATH (\(path)): install it, or name its whole path")
    }
}

/// Why `path` cannot be executed, nil when it can.
private func refusal(of path: String) -> String? {
    var status = stat()
    guard stat(path, &status) == 0 else { return describe(errno: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return "it is not a file" }
    return access(path, X_OK) == 0 ? nil : "it is not executable (chmod +x)"
}
