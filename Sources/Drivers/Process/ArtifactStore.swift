import Core
import Glibc
import Model
import System

/// The artifacts of this host: source trees that were exported and built, once for each (application, source).
struct ArtifactStore: Sendable {
    /// Artifacts that nothing runs from, kept for a rollback.
    private static let kept = 5

    let layout: ProcessLayout
    let source: any SourceControl
    let builder: ArtifactBuilder
    let threads: BlockingThreads
    private let work = SharedWork()

    init(layout: ProcessLayout, source: any SourceControl, builder: ArtifactBuilder, threads: BlockingThreads) {
        self.layout = layout
        self.source = source
        self.builder = builder
        self.threads = threads
    }

    /// Makes sure that the artifact of a release is whole. Several instances that ask at once share one build.
    /// - Throws: `.invalid` when it does not build; nothing of it is left then.
    /// - Parameter application: as in `InstanceIdentity`.
    func ensure(
        _ release: Release, of application: String, build: [String]?, redactor: Redactor, log: any StepLog
    ) async throws {
        let paths = layout.artifact(application, release.source.key)
        // A pruning that was under way may have been joined instead of a build: then there is nothing yet.
        for _ in 0..<3 {
            if try await use(paths) { return }
            try await work.run(paths.root) {
                guard try await !use(paths) else { return }
                try await make(paths, release, build: build, redactor: redactor, log: log)
            }
        }
        guard try await use(paths) else {
            throw DeploydError(.internal, "the artifact \(paths.root) did not come to be")
        }
    }

    /// Removes artifacts of an application, as in `InstanceIdentity`, that no run refers to: all but the last used ones, or all
    /// when the application has no instance here any more. What a server died over before it was whole goes in any case.
    func prune(_ application: String) async throws {
        let runs = layout.runs(of: application)
        let root = layout.artifacts(of: application)
        let marker: @Sendable (String) -> String = { layout.artifact(application, $0).marker }
        let excess = try await threads.run {
            let kept = FileTree.names(in: runs).isEmpty ? 0 : ArtifactStore.kept
            let unused = Set(FileTree.names(in: root)).subtracting(RunFolder.artifacts(below: runs))
            let whole = unused.filter { FileTree.exists(marker($0)) }
            let byUse = whole.map { ($0, FileTree.changedAt(marker($0)) ?? 0) }.sorted { $0.1 > $1.1 }
            return Array(unused.subtracting(whole)) + byUse.dropFirst(kept).map(\.0)
        }
        for key in excess {
            // One that is being made is joined instead, and stays.
            try await work.run("\(root)/\(key)") {
                try await threads.run {
                    guard !RunFolder.artifacts(below: runs).contains(key) else { return }
                    try Files.removeTree("\(root)/\(key)")
                }
            }
        }
    }

    /// Whether it is whole; then it counts as used now.
    private func use(_ paths: ArtifactPaths) async throws -> Bool {
        try await threads.run { utimes(paths.marker, nil) == 0 }
    }

    private func make(
        _ paths: ArtifactPaths, _ release: Release, build: [String]?, redactor: Redactor, log: any StepLog
    ) async throws {
        do {
            try await threads.run {
                try Files.removeTree(paths.root)
                try Files.makeDirectory(paths.root)
            }
            log.line("exporting \(release.version)")
            try await source.export(release.source, to: paths.source)
            try await checkFolder(paths, release)
            CrashPoint.exported.pass()
            if let build { try await builder.build(build, paths, folder: release.path, redactor: redactor, log: log) }
            try await threads.run { try Files.removeTree(paths.home) }
            // What the build wrote must not be less durable than the marker that vouches for it.
            await builder.sync(paths.root)
            try await threads.run { try Files.write([], to: paths.marker) }
        } catch {
            try? await threads.run { try Files.removeTree(paths.root) }
            throw error
        }
    }

    private func checkFolder(_ paths: ArtifactPaths, _ release: Release) async throws {
        let isSafe = !release.path.split(separator: "/").contains("..") && !release.path.hasPrefix("/")
        let folder = paths.service(release.path)
        guard isSafe, try await threads.run({ FileTree.exists(folder) }) else {
            throw DeploydError(.invalid, "version \(release.version) has no folder '\(release.path)'")
        }
    }
}
