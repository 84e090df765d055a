import Client
import Core
import System

extension CommandEntry {
    static let watch = CommandEntry(
        CommandSpec(
            "watch", summary: "Deploys a folder as it is, and again at each change",
            positionals: [PositionalSpec("DIR", isRequired: false, help: "the folder; default the current one")],
            options: pushOptions + OptionSpec.client,
            discussion: """
                As `deployd push`, now and whenever something changes and then stays as it is for 0.3 s. What does not build or
                never becomes healthy is said, and the next change is tried. Ctrl-C ends it; what was pushed goes on.
                """)
    ) { context in
        try await FolderWatch(
            context: context, client: try context.client(), directory: context.arguments.positional(0) ?? "."
        ).run()
    }
}

/// Pushes a folder at each change.
private struct FolderWatch {
    /// How soon a push is tried again that the server did not take.
    private static let pause = Duration.seconds(2)

    let context: CommandContext
    let client: APIClient
    let directory: String

    func run() async throws {
        let watch = try TreeWatch(root: try Files.realPath(try await root()), tree: try TreePush.tree(context))
        let isInterrupted = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await loop(watch)
                return false
            }
            group.addTask {
                await context.interrupted()
                return true
            }
            defer { group.cancelAll() }
            return try await group.next() ?? true
        }
        if isInterrupted { context.console.progress("no longer watching; what was pushed goes on") }
    }

    /// What is watched. A folder that is no service at all ends it; one with errors is waited for.
    private func root() async throws -> String {
        do {
            return try await find().root
        } catch let error as DeploydError where error.code == .invalid {
            return directory
        }
    }

    private func find() async throws -> PushedFolder {
        try await PushedFolder.find(directory, only: context.arguments.values("--service"))
    }

    private func loop(_ first: TreeWatch) async throws {
        var watch = first
        var pushed: String?
        var following: Task<Void, Never>?
        defer { following?.cancel() }
        var said: String?
        while true {
            watch = try await renewed(watch)
            let count = try await watch.refresh()
            if said != watch.root {
                context.console.progress(
                    "watching \(count) \(count == 1 ? "folder" : "folders") of \(watch.root); Ctrl-C ends it".printable)
                said = watch.root
            }
            var patience: Duration?
            do {
                pushed = try await push(unless: pushed, &following)
            } catch {
                try Task.checkCancellation()
                let error = DeploydError.wrapping(error, "unexpected error")
                for line in error.description.split(separator: "\n") {
                    context.console.error("deployd: \(line)".printable)
                }
                // A file that changed while it was read, or a server that is not there now.
                if [.conflict, .unavailable, .timedOut, .exhausted].contains(error.code) {
                    patience = FolderWatch.pause
                }
            }
            let changed = try await watch.change(patience: patience)
            if let first = changed.first {
                let more = changed.count > 1 ? " and \(changed.count - 1) more" : ""
                context.console.progress("changed: \(first)\(more)".printable)
            }
        }
    }

    /// Another one where the service turned out to be one of several, which are built beside each other.
    private func renewed(_ watch: TreeWatch) async throws -> TreeWatch {
        guard let folder = try? await find(), let root = try? Files.realPath(folder.root), root != watch.root else {
            return watch
        }
        return try TreeWatch(root: root, tree: try TreePush.tree(context))
    }

    /// - Returns: the digest of the tree that was pushed last.
    private func push(unless pushed: String?, _ following: inout Task<Void, Never>?) async throws -> String? {
        let push = TreePush(context: context, client: client, folder: try await find())
        return try await push.packed { archive in
            guard archive.tree != pushed else { return pushed }
            // What is newer counts; what is deployed of the older goes on or is superseded.
            following?.cancel()
            await following?.value
            let sent = try await push.send(archive)
            following = Task { await follow(push, sent) }
            return archive.tree
        }
    }

    private func follow(_ push: TreePush, _ sent: [TreePush.Sent]) async {
        do {
            let deliveries = try await push.follow(sent)
            if context.wantsJSON { for delivery in deliveries { try context.showJSON(delivery) } }
        } catch {
            guard !Task.isCancelled else { return }
            context.console.error("deployd: \(DeploydError.wrapping(error, "unexpected error"))".printable)
        }
    }
}
