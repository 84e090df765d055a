import Core
import Glibc

/// Whether a run's directory still exists. One that was removed can be found by no server: its process would run, and
/// hold its port, for ever.
final class DirectoryPresence {
    /// How often it is looked at.
    static let interval = Duration.seconds(5)

    private let directory: Descriptor
    private var nextLook = ContinuousClock.now + interval

    init(_ place: RunDirectory) throws(DeploydError) {
        guard let directory = Descriptor(made: open(place.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw Files.failure("open", place.path, errno: errno)
        }
        self.directory = directory
    }

    /// False when it is known to be gone; true between looks. A directory that is removed has no link left.
    func isConfirmed(now: ContinuousClock.Instant = .now) -> Bool {
        guard now >= nextLook else { return true }
        nextLook = now + DirectoryPresence.interval
        var status = stat()
        return fstat(directory.number, &status) != 0 || status.st_nlink > 0
    }
}
