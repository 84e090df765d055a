import Core
import Glibc
import System

/// What the driver keeps beside a supervisor's own files in a run's directory. The calls block.
struct RunFolder: Sendable {
    let path: String

    /// The process's `HOME`.
    var home: String { "\(path)/home" }
    /// Holds the key of the artifact that the run uses, which therefore stays.
    var artifact: String { "\(path)/artifact" }
    /// Holds the moment when the process was last started.
    var started: String { "\(path)/started" }

    /// Holds how much of what the process printed was handed on.
    private var followed: String { "\(path)/followed" }

    func make(artifact key: String) throws {
        try Files.makeDirectory(home)
        try Files.write(Array(key.utf8), to: artifact)
    }

    func noteStart(at moment: Timestamp) throws {
        try Files.write(Array(moment.rfc3339.utf8), to: started)
    }

    var startedAt: Timestamp? {
        guard let bytes = try? Files.read(started, limit: 64) else { return nil }
        return Timestamp(rfc3339: String(decoding: bytes, as: UTF8.self))
    }

    func noteFollowed(_ offset: Int) throws { try Files.write(Array("\(offset)".utf8), to: followed) }

    var followedTo: Int {
        guard let bytes = try? Files.read(followed, limit: 64) else { return 0 }
        return Int(String(decoding: bytes, as: UTF8.self)) ?? 0
    }

    /// Keys of the artifacts that the runs of an application's instances use.
    /// - Parameter runs: the application's directory of runs.
    static func artifacts(below runs: String) -> Set<String> {
        var keys: Set<String> = []
        for target in FileTree.names(in: runs) {
            for run in FileTree.names(in: "\(runs)/\(target)") {
                let folder = RunFolder(path: "\(runs)/\(target)/\(run)")
                if let key = try? Files.read(folder.artifact, limit: 4096) {
                    keys.insert(String(decoding: key, as: UTF8.self))
                }
            }
        }
        return keys
    }
}
