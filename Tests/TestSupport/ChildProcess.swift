public import Core
import Glibc
import Synchronization

/// A program that a test starts, in a process group of its own, and ends.
public final class ChildProcess: Sendable {
    public enum Exit: Sendable, Equatable {
        case exited(Int32)
        case signalled(Int32)
    }

    private struct State {
        var exit: Exit?
        /// The writing end of its standard input.
        var input: Int32?
    }

    public let pid: Int32
    private let state: Mutex<State>

    /// - Parameters:
    ///   - arguments: the program's path, and what it is given.
    ///   - environment: all of it.
    ///   - output: the file that standard output is appended to.
    ///   - errors: the same for standard error.
    ///   - hasInput: standard input is a pipe until `closeInput`; else it is empty.
    public init(
        _ arguments: [String], environment: [String: String], output: String, errors: String, hasInput: Bool = false
    ) throws(DeploydError) {
        var ends: [Int32] = [-1, -1]
        if hasInput, pipe(&ends) != 0 { throw .system("pipe", errno: errno) }
        if hasInput { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if hasInput {
            posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        for (number, file) in [(Int32(1), output), (2, errors)] {
            posix_spawn_file_actions_addopen(&actions, number, file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        pid = try ChildProcess.spawn(arguments, environment, &actions)
        if hasInput { close(ends[0]) }
        state = Mutex(State(input: hasInput ? ends[1] : nil))
    }

    private static func spawn(
        _ arguments: [String], _ environment: [String: String], _ actions: inout posix_spawn_file_actions_t
    ) throws(DeploydError) -> Int32 {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var words = arguments.map { (word: String) in strdup(word) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var pid = pid_t()
        let result = posix_spawn(&pid, arguments.first ?? "", &actions, &attributes, &words, &variables)
        guard result == 0 else { throw .system("starting \(arguments.first ?? "")", errno: result) }
        return pid
    }

    /// How it ended; nil while it runs.
    public var exit: Exit? {
        state.withLock { state in
            if let exit = state.exit { return exit }
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
            state.exit = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signalled(status & 0x7F)
            return state.exit
        }
    }

    /// Sends a signal, unless it has ended.
    public func signal(_ number: Int32) {
        if exit == nil { kill(pid, number) }
    }

    public func closeInput() {
        state.withLock { state in
            if let input = state.input { close(input) }
            state.input = nil
        }
    }

    /// - Returns: nil when it still runs after `limit`.
    public func wait(within limit: Duration = .seconds(60)) async -> Exit? {
        _ = await eventually(within: limit) { exit != nil }
        return exit
    }

    deinit {
        closeInput()
        signal(SIGKILL)
        var status: Int32 = 0
        if exit == nil { waitpid(pid, &status, 0) }
    }
}
