import CSpawn
import Core
import Glibc

/// The one loop of a supervisor: signals, the service's output, the control socket and what is due. Single-threaded;
/// nothing in it blocks for long.
final class ServiceSupervisor {
    private let specification: RunSpecification
    private let directory: RunDirectory
    private let fifo: OutputFIFO
    private let signals: Descriptor
    private var limiter: ServiceLimiter
    private var control: ControlServer
    private var log: OutputLog
    private var lifecycle: ServiceLifecycle
    private var throttle = Throttle()
    private let presence: DirectoryPresence
    private var process: SpawnedProcess?
    private var startedAt: Timestamp?
    private var isKillNoted = false

    /// Prepares the run directory, whose lock is held, and ends what a killed supervisor left running.
    init(_ specification: RunSpecification, in directory: RunDirectory) throws(DeploydError) {
        self.specification = specification
        // Its own limit, which the process inherits: it needs few files itself.
        OpenFileLimit.set(specification.openFiles)
        self.directory = directory
        lifecycle = ServiceLifecycle(policy: specification.restart)
        presence = try DirectoryPresence(directory)
        let handled = [SIGCHLD, SIGTERM, SIGINT]
        guard cspawn_become_subreaper() == 0,
            let signals = Descriptor(made: cspawn_signalfd(handled, handled.count))
        else { throw DeploydError.system("signalfd", errno: errno) }
        self.signals = signals
        // Opened before the leftover ends, so that its last lines are read.
        fifo = try OutputFIFO(directory.fifo)
        log = OutputLog(directory.log, policy: specification.log)
        let isClear = Leftover(in: directory)?.end(grace: .seconds(2)) ?? true
        guard isClear else {
            throw DeploydError(.conflict, "the process of an earlier supervisor does not end, even by SIGKILL")
        }
        limiter = try ServiceLimiter(
            specification.limits, run: directory.path, place: specification.limits.isEmpty ? nil : CgroupPlace.find())
        control = try ControlServer(directory)
    }

    /// Supervises until the process has ended for good.
    func run() -> Supervisor.Exit {
        perform(.start)
        while lifecycle.state != .ended {
            poll()
            takeSignals()
            takeOutput()
            control.advance(now: .now, answer)
            perform(lifecycle.tick(now: .now))
            if !presence.isConfirmed() { perform(lifecycle.stop(grace: specification.stopGrace, now: .now)) }
        }
        return finish()
    }

    private func poll() {
        let now = ContinuousClock.now
        var numbers = control.descriptors + [signals.number]
        if !throttle.isClosed(now: now) { numbers.append(fifo.reading.number) }
        var polled = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let due =
            [lifecycle.due, control.due, throttle.due].compactMap(\.self).min() ?? now + DirectoryPresence.interval
        let timeout = max(0, min(DirectoryPresence.interval, due - now).milliseconds + 1)
        _ = Glibc.poll(&polled, nfds_t(polled.count), Int32(timeout))
    }

    private func takeSignals() {
        var number = cspawn_next_signal(signals.number)
        while number != 0 {
            if number != SIGCHLD { perform(lifecycle.stop(grace: specification.stopGrace, now: .now)) }
            number = cspawn_next_signal(signals.number)
        }
        var isSignalled = false
        var status: Int32 = 0
        while true {
            let pid = cspawn_reap(&isSignalled, &status)
            guard pid > 0 else { return }
            if pid == process?.pid { ended(isSignalled ? .signalled(status) : .exited(status)) }
        }
    }

    private func takeOutput() {
        let now = ContinuousClock.now
        if !throttle.isClosed(now: now) { throttle.took(readOutput(), now: now) }
    }

    /// - Returns: how many bytes were read, 0 when there is nothing.
    private func readOutput() -> Int {
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 16) { buffer in
            guard case .bytes(let count) = fifo.reading.read(into: buffer) else { return 0 }
            log.append(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)))
            return count
        }
    }

    /// Reads what is in the FIFO, which holds 64 KiB unless something goes on writing.
    private func drainOutput() {
        for _ in 0..<16 where readOutput() == 0 { return }
    }

    private func perform(_ action: ServiceLifecycle.Action) {
        switch action {
        case .none, .end: break
        case .start: start()
        case .terminateGroup: process?.signalGroup(SIGTERM)
        case .clear: signalLeft(SIGTERM)
        case .look: signalLeft(nil)
        case .killAll:
            noteKill()
            signalLeft(SIGKILL)
        }
    }

    /// Once: a process that does not end is killed again and again.
    private func noteKill() {
        guard case .stopping = lifecycle.state, !isKillNoted else { return }
        isKillNoted = true
        log.note("the process did not end after SIGTERM; it is killed")
    }

    private func start() {
        let command = Command(
            specification.command.first ?? "", Array(specification.command.dropFirst()),
            environment: specification.environment,
            directory: specification.workingDirectory)
        do throws(DeploydError) {
            let process = try SpawnedProcess.start(
                command, input: nil, output: fifo.writing, error: fifo.writing, confinement: limiter.confinement)
            self.process = process
            startedAt = SystemClock().now()
            lifecycle.started(pid: process.pid, now: .now)
            try? Leftover.record(process.pid, in: directory)
        } catch {
            process = nil
            let record = ExitRecord(.failedToStart(error.message), time: SystemClock().now())
            perform(lifecycle.failedToStart(record, now: .now))
            noteRestart(record)
        }
    }

    private func ended(_ status: ExitStatus) {
        process = nil
        drainOutput()
        let record = ExitRecord(
            .ended(status), time: SystemClock().now(), isOutOfMemory: limiter.ranOutOfMemory())
        perform(lifecycle.exited(record, now: .now))
        noteRestart(record)
    }

    private func noteRestart(_ record: ExitRecord) {
        guard lifecycle.isKept, !lifecycle.isStopping else { return }
        log.note("the process \(record); it is started again")
    }

    /// Sends `signal` to all that is left of the service, or says that nothing is.
    private func signalLeft(_ signal: Int32?) {
        let left = Set(ProcessTable.now().descendants(of: getpid()).map(\.pid) + limiter.processes)
        if left.isEmpty {
            perform(lifecycle.cleared(now: .now))
        } else if let signal {
            left.forEach { kill($0, signal) }
        }
    }

    private func answer(_ request: ControlRequest?) -> ControlResponse {
        switch request {
        case nil: return .refused(.invalid, "this is not a request")
        case .unknown(let command): return .refused(.notBuiltYet, "this supervisor does not know '\(command)'")
        case .status: break
        case .keep: lifecycle.keep()
        case .stop(let grace): perform(lifecycle.stop(grace: grace ?? specification.stopGrace, now: .now))
        case .signal(let number):
            guard let process else { return .refused(.conflict, "no process runs") }
            kill(process.pid, number)
        }
        return .status(status)
    }

    private var status: RunStatus {
        RunStatus(
            state: lifecycle.publicState, pid: process?.pid, supervisorPid: getpid(), startedAt: startedAt,
            restarts: lifecycle.restarts, lastExit: lifecycle.lastExit, isKept: lifecycle.isKept)
    }

    private func finish() -> Supervisor.Exit {
        drainOutput()
        let stopped = ExitRecord(.failedToStart("it was stopped before it started"), time: SystemClock().now())
        let record = lifecycle.lastExit ?? stopped
        do {
            try Files.write(record.json.bytes, to: directory.exit)
        } catch {
            log.note("how the process ended could not be recorded: \(error)")
        }
        Leftover.forget(in: directory)
        limiter.remove()
        unlink(directory.socket)
        if case .failedToStart = record.reason { return .failedToStart }
        return .done
    }
}
