import System

/// syncfs(2), by coreutils: Glibc's module lacks it, and sync(2) waits for every file system of the machine, also for one
/// that does not answer.
enum FileSystemSync {
    /// Makes what was written to the file system of `path` durable, or gives up after a minute.
    static func run(_ path: String, _ runner: CommandRunner) async {
        _ = try? await runner.run(
            Command("sync", ["--file-system", "--", path], environment: ["PATH": "/usr/bin:/bin"]),
            deadline: .seconds(60), outputLimit: 4096)
    }
}
