import Core
import Glibc

/// `deployd supervise`: one small process beside each process that deployd runs. It owns that process's session, output
/// and exit status, and goes on when the server is killed or upgraded.
public enum Supervisor {
    /// What a supervisor exits with.
    enum Exit: Int32 {
        /// It did its work; the exit record says how the process ended.
        case done = 0
        /// The process could not be started; the exit record says why.
        case failedToStart = 1
        /// What came on standard input is no specification (EX_DATAERR).
        case badSpecification = 65
        /// The run directory cannot be used (EX_CANTCREAT).
        case badDirectory = 73
        /// Another supervisor has this run; nothing was changed (EX_TEMPFAIL).
        case alreadySupervised = 75
    }

    /// Reads a specification from standard input and supervises until the process has ended for good.
    /// - Parameter arguments: what follows `supervise`. Only for people who list processes; it decides nothing.
    /// - Returns: the status to exit with.
    public static func main(arguments: [String]) -> Int32 {
        signal(SIGHUP, SIG_IGN)
        signal(SIGPIPE, SIG_IGN)
        // Fails when it leads a session already, which is as good.
        setsid()
        chdir("/")
        let bytes = takeStandardInput()
        do throws(DeploydError) {
            let (specification, directory) = try RunSpecification.parse(bytes)
            return supervise(specification, in: RunDirectory(path: directory)).rawValue
        } catch {
            Log().error(error.message)
            return Exit.badSpecification.rawValue
        }
    }

    /// What is on standard input, which is /dev/null afterwards: the memory that held secrets is given back.
    private static func takeStandardInput() -> [UInt8] {
        let input = Descriptor(made: fcntl(0, F_DUPFD_CLOEXEC, 3))
        let null = Descriptor(made: open("/dev/null", O_RDWR | O_CLOEXEC))
        if let null { dup2(null.number, 0) }
        return input?.readAll(limit: RunSpecification.maximumSize) ?? []
    }

    /// Notes that a process that is started once is started now.
    /// - Returns: false when it was noted before.
    private static func begin(_ directory: RunDirectory) throws(DeploydError) -> Bool {
        if access(directory.begun, F_OK) == 0 { return false }
        try Files.write([], to: directory.begun)
        return true
    }

    private static func supervise(_ specification: RunSpecification, in directory: RunDirectory) -> Exit {
        let lock: Descriptor
        switch RunLock.acquire(directory.lock) {
        case .held(let descriptor): lock = descriptor
        case .heldByAnother: return .alreadySupervised
        case .failed(let number):
            Log().error(Files.failure("lock", directory.lock, errno: number).message)
            return .badDirectory
        }
        return withExtendedLifetime(lock) {
            do throws(DeploydError) {
                if specification.isOnce, try !begin(directory) { return .done }
                unlink(directory.exit)
                return try ServiceSupervisor(specification, in: directory).run()
            } catch {
                Log().error(error.message)
                let record = ExitRecord(.failedToStart(error.message), time: SystemClock().now())
                try? Files.write(record.json.bytes, to: directory.exit)
                return .failedToStart
            }
        }
    }
}
