import Client
import Core
import Crypto
import Glibc
import System

/// Sends a folder's files, once for each service of it.
struct TreePush {
    let context: CommandContext
    let client: APIClient
    let folder: PushedFolder

    /// One service and what the server said to it.
    struct Sent {
        let service: ServiceListing.Service
        let receipt: Wire.DeliveryReceipt
    }

    /// The tree as one file.
    struct Archive {
        let path: String
        /// Of the archive's bytes.
        let sha256: [UInt8]
        /// Equal for equal trees.
        let tree: String
        let files: Int
        let bytes: Int
    }

    /// - Parameter body: gets the archive, which is removed afterwards.
    func packed<Value>(_ body: (Archive) async throws -> Value) async throws -> Value {
        let directory = context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        let path = "\(directory)/deployd-push-\(SecureRandom.hex(bytes: 8)).tar"
        defer { unlink(path) }
        let packed = try await TreePush.tree(context).pack(folder.root, into: path)
        return try await body(
            Archive(
                path: path, sha256: try digest(of: path).bytes, tree: packed.manifest.digest.hex,
                files: packed.manifest.entries.count, bytes: packed.bytes))
    }

    static func tree(_ context: CommandContext) throws -> WorkingTree {
        WorkingTree(runner: try CommandRunner(), threads: BlockingThreads(), environment: context.environment)
    }

    func send() async throws -> [Sent] { try await packed { try await send($0) } }

    func send(_ archive: Archive) async throws -> [Sent] {
        let size = "\(archive.files) \(archive.files == 1 ? "file" : "files"), \(archive.bytes) bytes"
        var sent: [Sent] = []
        for service in folder.services {
            let name = folder.isListed ? "\(service.name) (\(service.path)): " : ""
            context.console.progress("pushing \(name)\(size)".printable)
            let receipt = try await client.pushTree(
                archive: archive.path, isGzip: false, sha256: archive.sha256, application: service.name,
                environment: context.arguments.value("--environment"))
            sent.append(Sent(service: service, receipt: receipt))
        }
        return sent
    }

    /// Waits for what comes of each; what fails does not hide the others.
    /// - Throws: the error of the only one, or how many failed.
    func follow(_ sent: [Sent]) async throws -> [Wire.Delivery] {
        let follower = DeploymentFollower(context: context, client: client)
        var deliveries: [Wire.Delivery] = []
        for (service, receipt) in sent.map({ ($0.service, $0.receipt) }) {
            if sent.count > 1 { context.console.progress("\(service.name):".printable) }
            do { deliveries.append(try await follower.follow(receipt.delivery)) } catch {
                guard sent.count > 1, !(error is CancellationError) else { throw error }
                context.console.progress(
                    "\(service.name): \(DeploydError.wrapping(error, "unexpected error"))".printable)
            }
        }
        guard deliveries.count == sent.count else {
            throw DeploydError(.invalid, "\(sent.count - deliveries.count) of \(sent.count) services failed")
        }
        return deliveries
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
