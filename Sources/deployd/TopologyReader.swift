import CLI
import Core
import Crypto
import Engine
import Formats
import Model
import System

/// Reads worlds and resource repositories, at the start, on SIGHUP and when a file changes.
struct TopologyReader: Sendable {
    /// How often the folders are looked at.
    static let interval = Duration.seconds(2)

    let files: TopologyFiles
    let threads: BlockingThreads
    let log: Log
    /// The folders that there were at the start: without one of them a reload would take everything away.
    let required: Set<String>

    init(files: TopologyFiles, threads: BlockingThreads, log: Log) {
        self.files = files
        self.threads = threads
        self.log = log
        required = files.present()
    }

    /// - Throws: `.invalid` with every error of every file.
    func read() async throws -> TopologySnapshot { try await parsed().get() }

    private func parsed() async throws -> Parsed<TopologySnapshot> {
        let parsed = try await threads.run { try files.load() }
        let snapshot = parsed.value.map { TopologySnapshot(topology: $0.topology, catalogue: $0.catalogue) }
        return Parsed(value: snapshot, diagnostics: parsed.diagnostics)
    }

    /// With what the API made before.
    /// - Returns: also where both contradict each other; then the files' stands, and it is said here.
    func add(_ objects: [DeclaredObject], to snapshot: TopologySnapshot, at moment: Timestamp) -> TopologyHolder {
        let snapshot = snapshot.adding(objects)
        for problem in snapshot.problems {
            log.error("what the API made is left out; what the files say is in force", ["error": "\(problem)"])
        }
        return TopologyHolder(snapshot, report: ReloadReport(at: moment, problems: snapshot.problems))
    }

    /// Takes over what the files say now; what was held stays when they have errors.
    func reload(into service: TopologyService) async {
        do {
            let gone = required.subtracting(try await threads.run { files.present() }).sorted()
            guard gone.isEmpty else {
                return refuse(gone.map { TopologyProblem("the folder \($0) is gone; put it back") }, service)
            }
            let parsed = try await parsed()
            guard let snapshot = parsed.value else {
                return refuse(parsed.diagnostics.map { TopologyProblem($0) }, service)
            }
            let isChanged = try await service.adopt(snapshot)
            log.info(
                isChanged ? "worlds and resource repositories read again" : "worlds and resource repositories unchanged"
            )
        } catch let refusal as ReloadRefusal {
            refuse(refusal.problems, service)
        } catch {
            guard !Task.isCancelled else { return }
            refuse([TopologyProblem(DeploydError.wrapping(error, "reading them failed").message)], service)
        }
    }

    private func refuse(_ problems: [TopologyProblem], _ service: TopologyService) {
        service.refuse(problems)
        let errors = problems.map(\.description).joined(separator: "\n")
        log.error("worlds and resource repositories have errors; the old ones stay", ["errors": errors])
    }

    /// Reloads when a file changes, until the task is cancelled; after a refusal also when the API changed something,
    /// which may have been in the way.
    func watch(_ service: TopologyService, _ holder: TopologyHolder) async {
        var last = await signature(holder)
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: TopologyReader.interval)) != nil else { return }
            let now = await signature(holder)
            let isRetried = holder.report?.hasFailed == true && now.changes != last.changes
            guard now.files != last.files || isRetried else { continue }
            last = now
            await reload(into: service)
        }
    }

    private func signature(_ holder: TopologyHolder) async -> (files: Digest?, changes: Int) {
        let changes = holder.changes
        return (try? await threads.run { files.signature() }, changes)
    }
}
