import Core
import Glibc

/// The FIFO between a service and its supervisor.
///
/// Both ends are open for reading and writing. So a service whose supervisor was killed gets no SIGPIPE, what it printed
/// stays in the FIFO, and the next supervisor reads it.
struct OutputFIFO {
    /// Non-blocking.
    let reading: Descriptor
    /// For the service. A description of its own, since O_NONBLOCK belongs to the description.
    let writing: Descriptor

    init(_ path: String) throws(DeploydError) {
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFIFO { unlink(path) }
        guard mkfifo(path, 0o600) == 0 || errno == EEXIST,
            let reading = Descriptor(made: open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)),
            let writing = Descriptor(made: open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW))
        else { throw Files.failure("open", path, errno: errno) }
        self.reading = reading
        self.writing = writing
    }
}
