import Glibc

/// What tests are told by their environment.
public enum EnvironmentVariable {
    /// nil where it is not set, or empty.
    public static func value(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
}
