public import Core
import Glibc
public import Model
public import System

/// Looks at the host of a data directory: whether what is recorded is so, and whether something is that is not recorded.
/// Changes nothing; the server may run or not.
public struct HostExamination: Sendable {
    let layout: ProcessLayout
    let runner: CommandRunner
    let threads: BlockingThreads
    let haproxy: HAProxy

    /// - Parameter dataDirectory: absolute.
    public init(dataDirectory: String, runner: CommandRunner, threads: BlockingThreads) {
        layout = ProcessLayout(data: dataDirectory)
        self.runner = runner
        self.threads = threads
        haproxy = HAProxy(directory: "\(dataDirectory)/haproxy", runner: runner, threads: threads)
    }

    /// What is compared with the records. It is not one moment's, while a server works: what is wrong must still be so at
    /// a second look.
    public func findings(of inventory: DataInventory, now: Timestamp) async -> [Finding] {
        let workloads = RecordedWorkloads(inventory)
        let layout = layout
        let runs = (try? await threads.run { RunTable(layout) }) ?? RunTable([])
        let processes = (try? await threads.run { HostProcess.all() }) ?? []
        let server = try? await threads.run { ServerLock(layout.data).pid }
        let files = FileLook(layout: layout, inventory: inventory, workloads: workloads)
        let entrypoints = await EntrypointLook(
            haproxy: haproxy, threads: threads, inventory: inventory, workloads: workloads, now: now
        ).findings()
        let found = (try? await threads.run { files.findings }) ?? []
        return workloads.findings
            + ProcessLook(
                layout: layout, inventory: inventory, workloads: workloads, runs: runs, processes: processes,
                server: server ?? nil
            ).findings + entrypoints + found
    }
}

/// Which process has a data directory's lock.
struct ServerLock: Sendable {
    /// nil: no server runs.
    let pid: Int32?

    /// Blocks.
    init(_ data: String) {
        let path = "\(data)/lock"
        guard let facts = FileFacts(path), KernelSupport.isLocked(inode: facts.inode),
            let bytes = try? Files.read(path, limit: 64)
        else {
            pid = nil
            return
        }
        pid = Int32(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self))
    }
}
