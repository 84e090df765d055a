import Core
import Glibc

/// Where a server keeps its data.
public enum DataPath {
    /// The absolute path of what was given, else of the default.
    /// - Throws: `UsageError` when there is no home directory to put it in.
    public static func find(_ given: String?, environment: [String: String], command: String) throws -> String {
        try absolute(try given ?? standard(environment, command))
    }

    private static func standard(_ environment: [String: String], _ command: String) throws -> String {
        if let state = environment["XDG_DATA_HOME"], !state.isEmpty { return "\(state)/deployd" }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw UsageError("there is no home directory: say where data goes with --data DIR", command: command)
        }
        return "\(home)/.local/share/deployd"
    }

    private static func absolute(_ path: String) throws -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !trimmed.hasPrefix("/") else { return trimmed }
        guard let buffer = getcwd(nil, 0) else { throw DeploydError.system("getcwd", errno: errno) }
        defer { free(buffer) }
        return "\(String(cString: buffer))/\(trimmed)"
    }
}
