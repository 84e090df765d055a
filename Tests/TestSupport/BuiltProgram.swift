import Glibc

/// Programs that the same build made beside the tests.
public enum BuiltProgram {
    /// The path of `deployd`: in the directory of the test bundle or one above it.
    public static let deployd = path("deployd")

    private static func path(_ name: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        for start in [own, CommandLine.arguments.first ?? ""] {
            var directory = start[...]
            while let slash = directory.lastIndex(of: "/") {
                directory = directory[..<slash]
                let candidate = "\(directory)/\(name)"
                var status = stat()
                if stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return candidate }
            }
        }
        preconditionFailure("\(name) is not beside the tests: build with 'swift build --build-tests'")
    }
}
