import Glibc
import System
import TestSupport

/// What Kubernetes makes of the chart's pod, by bubblewrap: a user without a name, no rights, a read-only root, one volume, a
/// `/tmp`, and process numbers of its own.
struct Container {
    static let user = 65532
    /// Where the program is in it.
    static let deployd = "/app/deployd"
    private static let bubblewrap = "/usr/bin/bwrap"

    /// Whether this user may make one.
    static let isAllowed: Bool = {
        guard geteuid() == 0, access(bubblewrap, X_OK) == 0 else { return false }
        let words = [bubblewrap, "--unshare-pid", "--ro-bind", "/", "/", "--proc", "/proc", "/bin/true"]
        var arguments = words.map { (word: String) in strdup(word) } + [nil]
        defer { arguments.forEach { free($0) } }
        var child = pid_t()
        var status: Int32 = 0
        guard posix_spawn(&child, bubblewrap, nil, nil, &arguments, environ) == 0 else { return false }
        return waitpid(child, &status, 0) == child && status == 0
    }()

    let folder: ServerFolder

    /// Below its volume, whose root is root's and the user's group's, as `fsGroup` leaves it.
    init() throws {
        folder = try ServerFolder(data: "volume/data")
        let volume = "\(folder.path)/volume"
        try Files.makeDirectory(volume)
        chown(volume, 0, gid_t(Container.user))
        chmod(volume, 0o2775)
        try Files.makeDirectory("\(folder.path)/git")
        chmod(folder.worlds, 0o755)
        chmod(folder.resourceRepositories, 0o755)
    }

    /// Runs what follows them as the container's first process.
    var words: [String] {
        func readOnly(_ path: String) -> [String] { ["--ro-bind", path, path] }
        let id = "\(Container.user)"
        return [Container.bubblewrap, "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--as-pid-1"]
            + readOnly("/usr") + ["--ro-bind-try", "/opt", "/opt"]
            + ["lib", "lib64", "bin", "sbin"].flatMap { ["--symlink", "usr/\($0)", "/\($0)"] }
            + ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/tmp"]
            // What bubblewrap makes by itself to mount at is root's alone.
            + ["/app", folder.path].flatMap { ["--perms", "0755", "--dir", $0] }
            + ["--ro-bind", BuiltProgram.deployd, Container.deployd] + readOnly(folder.worlds)
            + readOnly(folder.resourceRepositories)
            + readOnly("\(folder.path)/git") + ["--bind", "\(folder.path)/volume", "\(folder.path)/volume"]
            + ["--remount-ro", "/", "/usr/bin/setpriv", "--reuid", id, "--regid", id, "--groups", id]
            + ["--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    }

    /// The container's first process, as this machine numbers it.
    /// - Parameter server: whose first process is the one that made the container.
    func firstProcess(of server: RunningServer) -> Int32? {
        guard let pid = server.pid else { return nil }
        return readFile("/proc/\(pid)/task/\(pid)/children").split(separator: " ").first.flatMap { Int32($0) }
    }

    /// The names of its processes that have ended and that nobody has reaped.
    func zombies(of first: Int32) throws -> [String] {
        let processes = "/proc/\(first)/root/proc"
        return try Files.entries(of: processes).filter { Int($0.name) != nil }.compactMap { entry in
            let words = readFile("\(processes)/\(entry.name)/stat").split(separator: " ")
            return words.count > 2 && words[2] == "Z" ? "\(words[1])" : nil
        }
    }
}
