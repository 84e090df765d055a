import CLI
import Core
import Crypto
import Drivers
import Engine
import Formats
import Model
import System

/// Reads worlds and resource repositories, at the start, on SIGHUP and when a file changes.
struct TopologyReader: Sendable {
    /// How often the folders are looked at.
    static let interval = Duration.seconds(2)

    /// A reading that failed because of what is in git is tried again by itself, first after this time.
    private static let firstRetry = Duration.seconds(60)
    private static let longestRetry = Duration.seconds(1800)

    let files: TopologyFiles
    let remotes: RemoteReader
    let threads: BlockingThreads
    let log: Log
    /// The folders that there were at the start: without one of them a reload would take everything away.
    let required: Set<String>
    /// To read all again now.
    let order = ReloadOrder()

    init(files: TopologyFiles, remotes: RemoteReader, threads: BlockingThreads, log: Log) {
        self.files = files
        self.remotes = remotes
        self.threads = threads
        self.log = log
        required = files.present()
    }

    /// What a start begins with.
    struct Start: Sendable {
        let snapshot: TopologySnapshot
        /// Why some of it is not what it would be if everything in git could be read.
        let warnings: [TopologyProblem]
    }

    /// What is in git and cannot be read, or has errors now, is taken as it was in force last: nobody's push and no server
    /// that is down keeps this one from starting.
    /// - Throws: `.invalid` with every error of every file.
    func read() async throws -> Start {
        let documents = try await threads.run { try files.documents() }.get()
        let now = await remotes.read(documents.remotes, .nowOrLast)
        let first = try await content(of: documents, now)
        if let content = first.value { return await start(content, now) }
        let problem = "what it names now has errors: \(first.diagnostics.first.map(\.description) ?? "")"
        let last = await remotes.read(documents.remotes, .last, because: problem)
        guard !documents.remotes.isEmpty, let content = try await content(of: documents, last).value else {
            _ = try first.get()
            throw DeploydError(.internal, "worlds and resource repositories cannot be read")
        }
        return await start(content, last)
    }

    private func start(_ content: TopologyFiles.Content, _ read: RemoteReader.Outcome) async -> Start {
        for warning in read.warnings {
            log.warning("a resource repository is not what it is in git", ["error": "\(warning)"])
        }
        await pin(read)
        return Start(
            snapshot: TopologySnapshot(topology: content.topology, catalogue: content.catalogue),
            warnings: read.warnings.map { TopologyProblem($0) })
    }

    private func content(
        of documents: TopologyDocuments, _ read: RemoteReader.Outcome
    ) async throws -> Parsed<TopologyFiles.Content> {
        guard read.errors.isEmpty else { return Parsed(value: nil, diagnostics: read.errors) }
        return try await threads.run { files.content(of: documents, remotes: read.sources) }
    }

    private func pin(_ read: RemoteReader.Outcome) async {
        do {
            try await remotes.repositories.pin(read.commits)
        } catch {
            log.warning("which commits are in force could not be noted", ["error": "\(error)"])
        }
    }

    private func parsed() async throws -> (snapshot: Parsed<TopologySnapshot>, remotes: RemoteReader.Outcome) {
        let documents = try await threads.run { try files.documents() }
        guard let value = documents.value else {
            return (Parsed(value: nil, diagnostics: documents.diagnostics), RemoteReader.Outcome())
        }
        let read = await remotes.read(value.remotes, .now)
        let content = try await content(of: value, read)
        let snapshot = content.value.map { TopologySnapshot(topology: $0.topology, catalogue: $0.catalogue) }
        return (Parsed(value: snapshot, diagnostics: content.diagnostics), read)
    }

    /// With what the API made before.
    /// - Returns: also where both contradict each other; then the files' stands, and it is said here.
    func add(_ objects: [DeclaredObject], to start: Start, at moment: Timestamp) -> TopologyHolder {
        let snapshot = start.snapshot.adding(objects)
        for problem in snapshot.problems {
            log.error("what the API made is left out; what the files say is in force", ["error": "\(problem)"])
        }
        return TopologyHolder(snapshot, report: ReloadReport(at: moment, problems: start.warnings + snapshot.problems))
    }

    /// Takes over what the files say now; what was held stays when they have errors.
    /// - Parameter isOrdered: somebody asked for it, and is told what came of it, though it is as it was.
    func reload(into service: TopologyService, isOrdered: Bool) async {
        do {
            let gone = required.subtracting(try await threads.run { files.present() }).sorted()
            guard gone.isEmpty else {
                return refuse(gone.map { TopologyProblem("the folder \($0) is gone; put it back") }, service, isOrdered)
            }
            let (parsed, read) = try await parsed()
            guard let snapshot = parsed.value else {
                return refuse(parsed.diagnostics.map { TopologyProblem($0) }, service, isOrdered)
            }
            let isChanged = try await service.adopt(snapshot)
            await pin(read)
            log.info(
                isChanged ? "worlds and resource repositories read again" : "worlds and resource repositories unchanged"
            )
        } catch let refusal as ReloadRefusal {
            refuse(refusal.problems, service, isOrdered)
        } catch {
            guard !Task.isCancelled else { return }
            refuse([TopologyProblem(DeploydError.wrapping(error, "reading them failed").message)], service, isOrdered)
        }
    }

    private func refuse(_ problems: [TopologyProblem], _ service: TopologyService, _ isOrdered: Bool) {
        guard service.refuse(problems) || isOrdered else { return }
        let errors = problems.map(\.description).joined(separator: "\n")
        log.error("worlds and resource repositories have errors; the old ones stay", ["errors": errors])
    }

    /// Reloads when a file changes or somebody says so, until the task is cancelled; after a refusal also when the API
    /// changed something, which may have been in the way, and by and by, since what is in git may have been.
    func watch(_ service: TopologyService, _ holder: TopologyHolder) async {
        var last = await signature(holder)
        var pause = TopologyReader.firstRetry
        var retry = ContinuousClock.now + pause
        while !Task.isCancelled {
            let isOrdered = await order.wait(atMost: TopologyReader.interval)
            guard !Task.isCancelled else { return }
            let now = await signature(holder)
            let hasFailed = holder.report?.hasFailed == true
            if !hasFailed { pause = TopologyReader.firstRetry }
            let isDue = hasFailed && ContinuousClock.now >= retry
            guard isOrdered || isDue || now.files != last.files || hasFailed && now.changes != last.changes else {
                continue
            }
            last = now
            await reload(into: service, isOrdered: isOrdered)
            if isDue { pause = min(pause * 2, TopologyReader.longestRetry) }
            retry = .now + pause
        }
    }

    private func signature(_ holder: TopologyHolder) async -> (files: Digest?, changes: Int) {
        let changes = holder.changes
        return (try? await threads.run { files.signature() }, changes)
    }
}
