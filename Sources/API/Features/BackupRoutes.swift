import Client
import Core
import Engine
import HTTPServer
import Model

/// A copy of the installation, for administrators.
struct BackupRoutes: Sendable {
    private static let pieceSize = 64 << 10
    /// The archive's size, since a stream has none: a client that got less knows it.
    static let sizeHeader = "Deployd-Backup-Size"

    let services: APIServices

    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/api/v1/backup", id: "getBackup", tag: "Server",
                summary: "A consistent copy of what is recorded, and of what is deployed",
                answers: [
                    Operation.Answer(
                        200,
                        "A tar archive. Secrets in it are sealed; the master key is not in it. The header "
                            + "`\(BackupRoutes.sizeHeader)` says how many bytes it has.",
                        ["application/x-tar": .string])
                ], problems: [403, 409],
                handler: .task { request in
                    guard request.token?.role == .administrator else {
                        throw DeploydError(.forbidden, "a backup is for administrators")
                    }
                    let backup = try await services.backups.make()
                    services.log.info("a backup is read", ["actor": request.actor, "bytes": "\(backup.size)"])
                    return BackupRoutes.answer(backup)
                })
        ]
    }

    private static func answer(_ backup: any Backup) -> HTTPResponse {
        let stream = HTTPStream { writer in
            do { try await send(backup, to: writer) } catch {
                // The client is gone, or notices by the size that something is missing.
            }
        }
        return HTTPResponse(
            status: 200,
            headers: [
                ("Content-Type", "application/x-tar"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                ("Content-Disposition", "attachment; filename=\"deployd-backup.tar\""),
                (sizeHeader, "\(backup.size)"),
            ], body: .stream(stream))
    }

    private static func send(_ backup: any Backup, to writer: HTTPStreamWriter) async throws {
        var offset = 0
        while offset < backup.size {
            let bytes = try await backup.read(from: offset, maximumBytes: pieceSize)
            guard !bytes.isEmpty else { return }
            try await writer.waitForRoom()
            try writer.write(bytes)
            offset += bytes.count
        }
    }
}
