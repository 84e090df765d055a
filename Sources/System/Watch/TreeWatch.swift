import CSpawn
public import Core
import Glibc
import Synchronization

/// Notices changes in a folder and all below it, but for `.git` and the folders that git ignores (inotify(7)).
public final class TreeWatch: Sendable {
    /// Folders that are watched at most; each costs the kernel about 1 KB.
    public static let maximumFolders = 20_000
    /// Changed paths that are remembered to be named.
    private static let namedPaths = 20

    public let root: String
    private let tree: WorkingTree
    private let inotify: Descriptor
    /// Ends a wait.
    private let wake: Descriptor
    /// The folders' paths below the root, by their watch.
    private let folders = Mutex<[Int32: String]>([:])

    /// - Throws: `.exhausted` when the user has too many of them already.
    public init(root: String, tree: WorkingTree) throws(DeploydError) {
        guard let inotify = Descriptor(made: inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))) else {
            throw TreeWatch.failure("watching \(root)", errno: errno)
        }
        guard let wake = Descriptor(made: cspawn_eventfd()) else {
            throw DeploydError.system("watching \(root)", errno: errno, code: .exhausted)
        }
        (self.root, self.tree, self.inotify, self.wake) = (root, tree, inotify, wake)
    }

    /// Watches the folders that are there now. What is read of the tree after this is noticed when it changes.
    /// - Returns: how many there are.
    public func refresh() async throws -> Int {
        let ignored = await tree.ignoredFolders(of: root)
        return try await tree.threads.run { try self.add(ignored) }
    }

    /// Waits until something changes, and then until nothing more does for a moment.
    /// - Parameters:
    ///   - quiet: for how long nothing must change.
    ///   - limit: how long that may take.
    ///   - patience: how long a first change is waited for; nil: for ever.
    /// - Returns: some of the paths that changed, from the root; empty when nothing did.
    /// - Throws: `.notFound` when the folder is gone; `CancellationError`.
    public func change(
        quiet: Duration = .milliseconds(300), limit: Duration = .seconds(3), patience: Duration? = nil
    ) async throws -> [String] {
        try await withTaskCancellationHandler {
            try await tree.threads.run { try self.wait(quiet, limit, patience) }
        } onCancel: {
            var one: UInt64 = 1
            _ = write(wake.number, &one, 8)
        }
    }

    // Folders

    private func add(_ ignored: Set<String>) throws(DeploydError) -> Int {
        var waiting = [""]
        var count = 0
        while let folder = waiting.popLast() {
            guard count < TreeWatch.maximumFolders else {
                throw DeploydError(
                    .tooLarge,
                    "\(root) has more than \(TreeWatch.maximumFolders) folders: have git ignore those that "
                        + "need not be watched")
            }
            guard try add(folder) else { continue }
            count += 1
            for entry in try entries(of: folder) where entry.isDirectory && !entry.isLink && entry.name != ".git" {
                let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
                if !ignored.contains(path) { waiting.append(path) }
            }
        }
        return count
    }

    /// - Returns: false when it is gone meanwhile.
    private func add(_ folder: String) throws(DeploydError) -> Bool {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        let events =
            IN_CREATE | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO
            | IN_DELETE_SELF
            | IN_MOVE_SELF
        let mask = UInt32(events) | UInt32(IN_ONLYDIR) | UInt32(folder.isEmpty ? 0 : IN_DONT_FOLLOW)
        let watch = inotify_add_watch(inotify.number, path, mask)
        guard watch >= 0 else {
            if !folder.isEmpty, errno == ENOENT || errno == ENOTDIR { return false }
            throw TreeWatch.failure("watching \(path)", errno: errno)
        }
        folders.withLock { $0[watch] = folder }
        return true
    }

    private func entries(of folder: String) throws(DeploydError) -> [Files.Entry] {
        do throws(DeploydError) {
            return try Files.entries(of: folder.isEmpty ? root : "\(root)/\(folder)")
        } catch {
            guard error.code == .notFound, !folder.isEmpty else { throw error }
            return []
        }
    }

    private static func failure(_ call: String, errno number: Int32) -> DeploydError {
        let limit: String
        switch number {
        case ENOSPC: limit = "max_user_watches"
        case EMFILE: limit = "max_user_instances"
        default: return DeploydError.system(call, errno: number)
        }
        let bytes = (try? Files.read("/proc/sys/fs/inotify/\(limit)", limit: 64)) ?? []
        let value = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
        return DeploydError(
            .exhausted,
            "\(call): the system lets a user watch no more (fs.inotify.\(limit) is \(value)): raise it with sysctl, or have "
                + "git ignore folders that need not be watched")
    }

    // Changes

    private func wait(_ quiet: Duration, _ limit: Duration, _ patience: Duration?) throws -> [String] {
        var changed: [String] = []
        var end: ContinuousClock.Instant?
        while true {
            let now = ContinuousClock.now
            let timeout = end.map { min(quiet, $0 - now) } ?? patience
            guard try poll(timeout) else { return changed }
            let isChange = try take(&changed)
            if end == nil, isChange { end = now + limit }
            if let end, ContinuousClock.now >= end { return changed }
        }
    }

    /// - Returns: whether something happened in that time.
    private func poll(_ timeout: Duration?) throws -> Bool {
        var waits = [inotify, wake].map { pollfd(fd: $0.number, events: Int16(POLLIN), revents: 0) }
        let milliseconds =
            timeout.map {
                max(
                    0,
                    Int32(
                        clamping: $0.components.seconds * 1000
                            + $0.components.attoseconds / 1_000_000_000_000_000))
            } ?? -1
        let count = Glibc.poll(&waits, 2, milliseconds)
        guard count >= 0 || errno == EINTR else { throw DeploydError.system("watching \(root)", errno: errno) }
        if waits[1].revents != 0 { throw CancellationError() }
        return count != 0
    }

    /// Reads what has happened.
    /// - Returns: whether any of it is a change.
    private func take(_ changed: inout [String]) throws -> Bool {
        var isChange = false
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 8)
        defer { buffer.deallocate() }
        while case .bytes(let count) = inotify.read(into: buffer) {
            for event in TreeEvent.all(in: UnsafeRawBufferPointer(rebasing: buffer[..<count])) {
                guard let path = try path(of: event) else { continue }
                isChange = true
                if !path.isEmpty, changed.count < TreeWatch.namedPaths, !changed.contains(path) { changed.append(path) }
            }
        }
        return isChange
    }

    /// - Returns: nil for what is no change; empty where it is not known.
    private func path(of event: TreeEvent) throws -> String? {
        if event.has(IN_Q_OVERFLOW) { return "" }
        guard let folder = folders.withLock({ $0[event.watch] }) else { return nil }
        if event.has(IN_IGNORED) {
            folders.withLock { $0[event.watch] = nil }
            return nil
        }
        if event.has(IN_DELETE_SELF) || event.has(IN_MOVE_SELF) {
            guard folder.isEmpty else { return folder }
            throw DeploydError(.notFound, "\(root) is gone")
        }
        guard event.name != ".git" else { return nil }
        return folder.isEmpty ? event.name : event.name.isEmpty ? folder : "\(folder)/\(event.name)"
    }
}
