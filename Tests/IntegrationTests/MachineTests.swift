import Core
import Glibc
import System
import TestSupport
import Testing

/// Machines that do not let a server work as it has to: it says so at its start, in one line, and what to do.
@Suite(.serialized) struct MachineTests {
    /// - Returns: how it ended, and what it said.
    private func start(
        _ folder: ServerFolder, behind wrapper: [String] = [], program: String = BuiltProgram.deployd
    ) async throws -> (exit: ChildProcess.Exit?, log: String) {
        let server = try RunningServer(folder, program: program)
        let child = try server.launch(listen: "127.0.0.1:0", behind: wrapper)
        let exit = await child.wait()
        await server.close()
        return (exit, server.log)
    }

    private static func shell(_ line: String) -> [String] { ["/bin/sh", "-c", "\(line); exec \"$@\"", "sh"] }

    @Test func tooFewFiles() async throws {
        let (exit, log) = try await start(try ServerFolder(), behind: Self.shell("ulimit -n 64"))
        #expect(exit == .exited(1))
        #expect(log.contains("may have 64 files open and needs at least 128; raise it: `ulimit -n 65536`"), "\(log)")
        #expect(log.split(separator: "\n").count == 1)
    }

    @Test func aDataDirectoryThatEverybodyMayWrite() async throws {
        let folder = try ServerFolder()
        try Files.makeDirectory(folder.data, mode: 0o777)
        let (exit, log) = try await start(folder)
        #expect(exit == .exited(1) && log.contains("run chmod 700 \(folder.data)"), "\(log)")
    }

    /// Some start of this directory made the key.
    @Test func aMasterKeyThatOthersMayRead() async throws {
        try await withServer { server in
            #expect(await server.terminate() == .exited(0))
            let key = "\(server.folder.data)/master.key"
            chmod(key, 0o644)
            let (exit, log) = try await start(server.folder)
            #expect(exit == .exited(1) && log.contains("run chmod 600 \(key)"), "\(log)")
            chmod(key, 0o600)
            try await server.start()
        }
    }

    @Test(.enabled(if: geteuid() == 0, "SKIPPED: only root can be another user"))
    func aDataDirectoryOfSomebodyElse() async throws {
        let folder = try ServerFolder()
        try Files.makeDirectory(folder.data)
        chmod(folder.path, 0o755)
        // Where the other user reaches it.
        let program = "\(folder.path)/deployd"
        let copied = try await CommandRunner().run(
            Command("cp", [BuiltProgram.deployd, program], environment: ["PATH": "/usr/bin:/bin"]),
            deadline: .seconds(60),
            outputLimit: 1024)
        #expect(copied.succeeded, "\(copied.errorText)")
        let nobody = ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        let (exit, log) = try await start(folder, behind: nobody, program: program)
        #expect(exit == .exited(1))
        #expect(
            log.contains(
                "cannot write \(folder.data): Permission denied; deployd runs as user 65534, and the directory is user 0's: "
                    + "run chown -R 65534 on it"), "\(log)")
        #expect(log.contains("or give another --data"))
    }

    @Test(.enabled(if: SmallDisk.isAllowed, "SKIPPED: only root can mount the disk that this makes read-only"))
    func aDataDirectoryThatIsReadOnly() async throws {
        let folder = try ServerFolder()
        let disk = try SmallDisk(folder.data, megabytes: 1)
        defer { disk.remove() }
        try #require(mount("tmpfs", folder.data, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
        let (exit, log) = try await start(folder)
        #expect(exit == .exited(1))
        #expect(
            log.contains(
                "cannot write \(folder.data): Read-only file system; mount its disk writable, or give another --data"),
            "\(log)")
    }
}
