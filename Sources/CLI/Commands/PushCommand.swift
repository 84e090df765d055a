import Client
import Core
import Crypto
import Formats
import Glibc
import Model
import System

extension CommandEntry {
    static let push = CommandEntry(
        CommandSpec(
            "push", summary: "Deploys a folder as it is, committed or not",
            positionals: [PositionalSpec("DIR", isRequired: false, help: "the folder; default the current one")],
            options: [
                OptionSpec(
                    "--environment", value: "E", help: "where it goes; needed unless the application has only one"),
                OptionSpec("--no-wait", help: "do not follow the deployment"),
            ] + OptionSpec.client,
            discussion: """
                Files that git ignores stay out. The folder needs a deployd.yaml. The version is
                local-TIME-HASH, and is marked as not clean.
                """)
    ) { context in
        try await TreePush(context: context, directory: context.arguments.positional(0) ?? ".").run()
    }
}

private struct TreePush {
    let context: CommandContext
    let directory: String

    func run() async throws {
        let file = directory == "." ? ServiceFile.fileName : "\(directory)/\(ServiceFile.fileName)"
        let service = try ServiceFile.parse(try read(file), file: file).get()
        let client = try context.client()
        let receipt = try await send(service.service, client)
        guard !context.arguments.has("--no-wait") else {
            if context.wantsJSON { return try context.showJSON(receipt) }
            return context.console.line("accepted as delivery \(receipt.delivery)")
        }
        let delivery = try await DeploymentFollower(context: context, client: client).follow(receipt.delivery)
        if context.wantsJSON { try context.showJSON(delivery) }
    }

    private func read(_ file: String) throws -> [UInt8] {
        do {
            return try Files.read(file, limit: 1 << 20)
        } catch {
            guard error.code == .notFound else { throw error }
            throw DeploydError(
                .notFound, "\(directory) has no \(ServiceFile.fileName): a service needs at least 'service: NAME'")
        }
    }

    private func send(_ application: String, _ client: APIClient) async throws -> Wire.DeliveryReceipt {
        let directory = context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let archive = "\(directory)/deployd-push-\(SecureRandom.hex(bytes: 8)).tar"
        defer { unlink(archive) }
        let tree = WorkingTree(
            runner: try CommandRunner(), threads: BlockingThreads(), environment: context.environment)
        let packed = try await tree.pack(self.directory, into: archive)
        let count = packed.manifest.entries.count
        context.console.progress("pushing \(count) \(count == 1 ? "file" : "files"), \(packed.bytes) bytes")
        return try await client.pushTree(
            archive: archive, isGzip: false, sha256: try digest(of: archive).bytes, application: application,
            environment: context.arguments.value("--environment"))
    }

    private func digest(of path: String) throws -> Digest {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DeploydError.system("reading \(path)", errno: errno) }
        defer { close(descriptor) }
        var hasher = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var count = 1
        while count > 0 {
            count = Glibc.read(descriptor, &buffer, buffer.count)
            hasher.update(buffer[..<max(count, 0)])
        }
        guard count == 0 else { throw DeploydError.system("reading \(path)", errno: errno) }
        return hasher.finish()
    }
}
