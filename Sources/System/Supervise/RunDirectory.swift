import CSpawn
import Core
import Glibc

/// The names in the directory of one run.
struct RunDirectory: Sendable {
    let path: String

    /// Held by the supervisor while it lives.
    var lock: String { "\(path)/lock" }
    /// The FIFO that the service prints to.
    var fifo: String { "\(path)/output" }
    var socket: String { "\(path)/s" }
    /// How the process ended, once the supervisor is done.
    var exit: String { "\(path)/exit" }
    /// There once the process of a run that is started once may have been started.
    var begun: String { "\(path)/begun" }
    /// Which process runs, for a supervisor that finds its predecessor killed.
    var process: String { "\(path)/process" }
    /// What the service printed last; older output is in `output.log.OFFSET`.
    var log: String { "\(path)/output.log" }

    var exitRecord: ExitRecord? {
        guard let bytes = try? Files.read(exit, limit: 64 * 1024), let json = try? JSONValue.parse(bytes) else {
            return nil
        }
        return ExitRecord(json)
    }

    /// Calls `body` with a path of the socket that is short enough for an address (107 bytes), however long that of
    /// the directory is.
    func withSocketPath(_ body: (String) -> Int32) -> Int32 {
        guard let directory = Descriptor(made: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else { return -1 }
        return body("/proc/self/fd/\(directory.number)/s")
    }
}
