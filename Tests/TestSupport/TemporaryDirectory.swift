import Glibc

/// A new directory that goes with the object.
public final class TemporaryDirectory: Sendable {
    public let path: String

    /// - Parameter name: what the directory's name starts with.
    public init(_ name: String = "deployd") {
        var template = Array("/tmp/\(name).XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress, let made = mkdtemp(base) else { return "/tmp" }
            return String(cString: made)
        }
        precondition(path != "/tmp", "mkdtemp failed")
    }

    public func appending(_ name: String) -> String { "\(path)/\(name)" }

    deinit {
        var child = pid_t()
        var arguments = ["rm", "-rf", "--", path].map { (word: String) in strdup(word) } + [nil]
        if posix_spawnp(&child, "rm", nil, nil, &arguments, environ) == 0 { waitpid(child, nil, 0) }
        arguments.forEach { free($0) }
    }
}
