public import Core
import Formats
import Glibc
import System

extension Kubeconfig {
    /// The files that `KUBECONFIG` names, in its order; without it `~/.kube/config`.
    public static func paths(environment: [String: String]) -> [String] {
        let named = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if !named.isEmpty { return named }
        return environment["HOME"].map { ["\($0)/.kube/config"] } ?? []
    }

    /// Reads files and puts them together as kubectl does: of entries of one name, and of `current-context`, the first
    /// counts. Blocks: to be called by way of `BlockingThreads`.
    /// - Parameter paths: a relative one starts at the working directory. Of several, those that do not exist are passed over.
    /// - Throws: `DeploydError`: `notFound`, `forbidden`, and `invalid` with a line for each error of the files.
    public static func load(_ paths: [String]) throws(DeploydError) -> Kubeconfig {
        guard !paths.isEmpty else {
            throw DeploydError(.notFound, "no kubeconfig is named: set KUBECONFIG, or name a file")
        }
        var merged = Kubeconfig()
        var missing: DeploydError?
        var diagnostics: [Diagnostic] = []
        for path in paths {
            do throws(DeploydError) {
                let bytes = try Files.read(path, limit: limits.size)
                let parsed = parse(bytes, file: try absolute(path))
                diagnostics += parsed.diagnostics
                if let config = parsed.value { merged.add(config) }
            } catch {
                guard error.code == .notFound else { throw error }
                missing = missing ?? error
            }
        }
        guard diagnostics.isEmpty else { return try Parsed(value: nil, diagnostics: diagnostics).get() }
        if let missing, merged.files.isEmpty { throw missing }
        return merged
    }

    private static func absolute(_ path: String) throws(DeploydError) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let directory = getcwd(nil, 0) else { throw DeploydError.system("getcwd", errno: errno) }
        defer { free(directory) }
        return "\(String(cString: directory))/\(path)"
    }

    private mutating func add(_ other: Kubeconfig) {
        func append<Value: Sendable>(_ entries: inout [Entry<Value>], _ others: [Entry<Value>]) {
            // Within one file too the first of a name counts.
            for entry in others where !entries.contains(where: { $0.name == entry.name }) {
                entries.append(entry)
            }
        }
        append(&clusters, other.clusters)
        append(&users, other.users)
        append(&contexts, other.contexts)
        currentContext = currentContext ?? other.currentContext
        files += other.files
    }
}
