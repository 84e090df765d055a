import CSpawn
import Core
import Glibc

/// A program whose standard output is an archive: `gzip -dc`, `git archive`. It blocks: use it on a thread of its own.
struct UnpackingFilter {
    private let process: SpawnedProcess
    private let output: Descriptor
    private let errors: Descriptor

    static func start(_ command: Command, input: Descriptor?) throws(DeploydError) -> UnpackingFilter {
        var ends: [Int32] = [-1, -1]
        guard cspawn_pipe(&ends) == 0 else { throw DeploydError.system("pipe", errno: errno, code: .exhausted) }
        let (output, child) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
        guard let errors = Descriptor(made: cspawn_memory_file("", 0)) else {
            throw DeploydError.system("memfd_create", errno: errno, code: .exhausted)
        }
        let process = try SpawnedProcess.start(command, input: input, output: child, error: errors)
        return UnpackingFilter(process: process, output: output, errors: errors)
    }

    /// Unpacks what the program prints, and waits for its end. It is killed when the archive is refused.
    /// - Parameter failure: makes the error for a program that failed, of its status and standard error.
    func extract(
        with extractor: inout TreeExtractor, limits: ArchiveLimits, deadline: ContinuousClock.Instant,
        failure: (ExitStatus, String) -> DeploydError
    ) throws(DeploydError) -> TreeManifest {
        let input = ArchiveInput(descriptor: output.number, limit: limits.totalBytes, deadline: deadline)
        let result: Result<TreeManifest, DeploydError>
        do {
            result = .success(try extractor.extract(input))
        } catch {
            result = .failure(error)
        }
        let status = finish(deadline: deadline, kills: (try? result.get()) == nil)
        // A program that failed by itself explains an archive that is cut off; one that was killed explains nothing.
        if case .exited(let code)? = status, code != 0 { throw failure(.exited(code), errorText) }
        let manifest = try result.get()
        guard status == .exited(0) else {
            throw status.map { failure($0, errorText) } ?? DeploydError(.timedOut, "the archive was not read in time")
        }
        return manifest
    }

    /// Waits for the process and reaps it.
    /// - Parameter kills: does not wait for it to end by itself.
    /// - Returns: nil when it had to be killed at the deadline.
    private func finish(deadline: ContinuousClock.Instant, kills: Bool) -> ExitStatus? {
        // One that failed has closed its output and is about to end; give it the moment in which to say why.
        if !wait(until: kills ? min(deadline, .now + .milliseconds(200)) : deadline) {
            process.signalGroup(SIGKILL)
            _ = wait(until: .now + .seconds(5))
        }
        let status = process.ended()
        process.reap()
        return status
    }

    private func wait(until end: ContinuousClock.Instant) -> Bool {
        while process.ended() == nil {
            let left = end - .now
            guard left > .zero else { return false }
            var poll = pollfd(fd: process.descriptor.number, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, Int32(clamping: left.milliseconds + 1))
        }
        return true
    }

    private var errorText: String {
        var bytes = [UInt8](repeating: 0, count: 16 * 1024)
        let count = bytes.withUnsafeMutableBytes { pread(errors.number, $0.baseAddress, $0.count, 0) }
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
