import CLI
import Core
import Crypto
import Engine
import Formats
import System

/// Reads worlds and resource repositories, at the start, on SIGHUP and when a file changes.
struct TopologyReader: Sendable {
    /// How often the folders are looked at.
    static let interval = Duration.seconds(2)

    let files: TopologyFiles
    let threads: BlockingThreads
    let log: Log

    /// - Throws: `.invalid` with every error of every file.
    func read() async throws -> TopologySnapshot {
        let content = try await threads.run { try files.load().get() }
        return TopologySnapshot(topology: content.topology, catalogue: content.catalogue)
    }

    func signature() async -> Digest? { try? await threads.run { files.signature() } }

    /// Takes over what the files say now; what was held stays when they have errors.
    func reload(into service: TopologyService) async {
        do {
            let isChanged = try await service.adopt(try await read())
            log.info(
                isChanged ? "worlds and resource repositories read again" : "worlds and resource repositories unchanged"
            )
        } catch {
            log.error("worlds and resource repositories have errors; the old ones stay", ["errors": "\(error)"])
        }
    }

    /// Reloads when a file changes, until the task is cancelled.
    func watch(_ service: TopologyService) async {
        var last = await signature()
        while !Task.isCancelled {
            guard (try? await Task.sleep(for: TopologyReader.interval)) != nil else { return }
            let now = await signature()
            guard now != last else { continue }
            last = now
            await reload(into: service)
        }
    }
}
