import Core
import Glibc

/// A directory that is there whole or not at all. It blocks: use it on a thread of its own.
enum NewDirectory {
    /// - Throws: `DeploydError.conflict` when something of that name exists, and what `body` throws; the directory is
    ///   removed then.
    static func make<Value>(_ path: String, _ body: (String) throws -> Value) throws -> Value {
        guard mkdir(path, 0o755) == 0 else {
            let code: DeploydError.Code = errno == EEXIST ? .conflict : .internal
            throw DeploydError.system("cannot make \(path)", errno: errno, code: code)
        }
        do {
            return try body(path)
        } catch {
            // What is left is harmless, and its own error says less than this one.
            try? Files.removeTree(path)
            throw error
        }
    }
}
