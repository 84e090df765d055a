import Core
import Glibc
import System

/// What a server needs of its machine, said before anything is begun.
struct StartChecks {
    /// What the server itself opens, with a few connections and commands.
    static let leastFiles = 128
    /// Below this it serves few at a time.
    static let fewFiles = 1024

    let data: String
    let log: Log

    /// - Throws: `DeploydError` that says what to do.
    func run() throws {
        try checkOpenFiles()
        do { try Files.makeDirectory(data) } catch { throw advised(error) }
        try checkDataDirectory()
    }

    private func checkOpenFiles() throws {
        let files = OpenFileLimit.now
        guard files < StartChecks.fewFiles else { return }
        let advice = "raise it: `ulimit -n 65536`, or LimitNOFILE=65536 in the unit of systemd"
        guard files >= StartChecks.leastFiles else {
            throw DeploydError(
                .exhausted,
                "this process may have \(files) files open and needs at least \(StartChecks.leastFiles); \(advice)")
        }
        log.warning(
            "few files may be open, so few connections and commands at a time; \(advice)", ["files": "\(files)"])
    }

    private func checkDataDirectory() throws {
        var status = stat()
        guard stat(data, &status) == 0 else { throw DeploydError.system("cannot read \(data)", errno: errno) }
        guard access(data, R_OK | W_OK | X_OK) == 0 else {
            throw advised(DeploydError.system("cannot write \(data)", errno: errno), owner: status.st_uid)
        }
        guard status.st_mode & 0o002 == 0 || status.st_mode & S_ISVTX != 0 else {
            throw DeploydError(
                .forbidden,
                "everybody on this machine may write to the data directory \(data), and so decide what runs: "
                    + "run chmod 700 \(data)")
        }
        guard status.st_uid != geteuid() else { return }
        log.warning(
            "the data directory is another user's, who may decide what runs: chown it to the user that deployd runs as",
            ["directory": data, "owner": "\(status.st_uid)", "user": "\(geteuid())"])
    }

    /// With what to do about it.
    private func advised(_ error: DeploydError, owner: uid_t? = nil) -> DeploydError {
        let number = error.metadata["errno"].flatMap { Int32($0) }
        guard let number, [EROFS, EACCES, EPERM].contains(number) else { return error }
        let isReadOnly = number == EROFS
        let whose = owner.map { ", and the directory is user \($0)'s" } ?? ""
        let advice =
            isReadOnly
            ? "mount its disk writable"
            : "deployd runs as user \(geteuid())\(whose): run chown -R \(geteuid()) on it, or start deployd as its owner"
        return DeploydError(error.code, "\(error.message); \(advice), or give another --data", metadata: error.metadata)
    }
}
