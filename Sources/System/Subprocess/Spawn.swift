import CSpawn
import Core
import Glibc

/// A child that was started and not yet reaped, so that its number is surely its own.
struct SpawnedProcess {
    let pid: pid_t
    /// Polls readable when it has ended.
    let descriptor: Descriptor

    /// Starts `command` in a session of its own. A stream that is nil is `/dev/null`.
    /// - Throws: `DeploydError` that names what is missing.
    static func start(
        _ command: Command, input: Descriptor?, output: Descriptor?, error: Descriptor?,
        confinement: Confinement = .none
    ) throws(DeploydError) -> SpawnedProcess {
        let path = try command.resolvedExecutable()
        let variables = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let arguments = try CStrings([command.executable] + command.arguments)
        let environment = try CStrings(variables)
        let paths = try CStrings([path, command.directory ?? ""])
        let groups = try confinement.groups.map { directory throws(DeploydError) in
            try entry(of: directory)
        }
        var pid: pid_t = 0
        var confines = false
        let failure = withExtendedLifetime((arguments, environment, paths, groups)) {
            groups.map(\.number).withUnsafeBufferPointer { groups in
                var request = cspawn_request(
                    path: paths.pointer[0], arguments: arguments.pointer, environment: environment.pointer,
                    directory: command.directory == nil ? nil : paths.pointer[1],
                    input: input?.number ?? -1, output: output?.number ?? -1, error: error?.number ?? -1,
                    groups: groups.baseAddress, group_count: groups.count, data_limit: confinement.dataBytes ?? 0)
                return cspawn_start(&request, &pid, &confines)
            }
        }
        guard !confines else { throw DeploydError.system("cannot limit \(command.name)", errno: failure) }
        guard failure == 0 else { throw refusal(of: command, errno: failure) }
        guard let descriptor = Descriptor(made: cspawn_pidfd(pid)) else {
            let number = errno
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw DeploydError.system("pidfd_open", errno: number, code: .exhausted)
        }
        return SpawnedProcess(pid: pid, descriptor: descriptor)
    }

    /// What a process writes to that enters a control group.
    private static func entry(of group: String) throws(DeploydError) -> Descriptor {
        let path = "\(group)/cgroup.procs"
        guard let file = Descriptor(made: open(path, O_WRONLY | O_CLOEXEC)) else {
            throw Files.failure("open", path, errno: errno)
        }
        return file
    }

    /// How it ended, nil while it runs. It stays a zombie until `reap`.
    func ended() -> ExitStatus? { wait(reap: false) }

    func reap() { _ = wait(reap: true) }

    /// Sends `signal` to its process group, which exists at least until it is reaped.
    func signalGroup(_ signal: Int32) { kill(-pid, signal) }

    private func wait(reap: Bool) -> ExitStatus? {
        var signalled = false
        var status: Int32 = 0
        switch cspawn_wait(descriptor.number, reap, &signalled, &status) {
        case 0: return nil
        case 1: return signalled ? .signalled(status) : .exited(status)
        // Reaped by someone else (SIGCHLD ignored): how it ended is not known, which is no success.
        default: return .exited(255)
        }
    }
}

private func refusal(of command: Command, errno number: Int32) -> DeploydError {
    if let directory = command.directory, access(directory, X_OK) != 0 {
        return DeploydError(
            .notFound, "cannot run \(command.name) in \(directory): \(describe(errno: errno))",
            metadata: ["errno": "\(number)"])
    }
    let code: DeploydError.Code =
        switch number {
        case EAGAIN, ENOMEM, EMFILE, ENFILE: .exhausted
        case E2BIG: .tooLarge
        default: .invalid
        }
    return DeploydError.system("cannot run \(command.name)", errno: number, code: code)
}

/// A null-terminated array of C strings, freed with the object.
private final class CStrings {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    /// - Throws: `DeploydError` for a string with a NUL in it, which C would cut there.
    init(_ strings: [String]) throws(DeploydError) {
        guard !strings.contains(where: { $0.utf8.contains(0) }) else {
            throw DeploydError(.invalid, "an argument or variable of a program holds a NUL character")
        }
        count = strings.count
        pointer = .allocate(capacity: count + 1)
        for (index, text) in strings.enumerated() { pointer[index] = strdup(text) }
        pointer[count] = nil
    }

    deinit {
        for index in 0..<count { free(pointer[index]) }
        pointer.deallocate()
    }
}
