#if DEBUG
    import Glibc
    import Synchronization
#endif

/// Moments at which tests have the server die as by `kill -9`: between any two things that must not come apart.
///
/// `DEPLOYD_TEST_CRASH_AT=LABEL:N` ends the process at the Nth passage of a point. Only debug builds look; in a release
/// `pass` is empty.
public enum CrashPoint: String, CaseIterable, Sendable {
    /// A delivery is verified, and not stored.
    case verified
    /// It is durable, and nobody was told.
    case committed
    /// Its sender is answered, and nothing was done.
    case answered
    /// It counts as being processed, and nothing was read.
    case taken
    /// What its ref names was fetched, and nothing released.
    case fetched
    /// Its releases are frozen and wanted, and their instances do not know.
    case frozen
    /// A deployment is planned, and its steps are not recorded.
    case planned
    /// They are, and none has begun.
    case begun
    /// A step is recorded as running, and has done nothing.
    case stepStarted
    // The effects of each kind of step are there, and not recorded.
    case provisioned, built, ranBeforeDeploy, started, healthy, switched, retired
    /// A step is recorded as done, and the next has not begun.
    case stepRecorded
    /// A deployment has its end, and nobody was told.
    case ended
    /// A workload was looked at, and nothing recorded of it.
    case observed
    /// An artifact's source is there, and not built.
    case exported
    /// A run has its directory, and no supervisor.
    case claimed
    /// HAProxy's file says what is to be, and HAProxy does not know.
    case proxyWritten

    @inlinable
    public func pass() {
        #if DEBUG
            passed()
        #endif
    }

    #if DEBUG
        /// The label, and at which passage.
        private static let order: (label: String, passage: Int)? = {
            guard let text = getenv("DEPLOYD_TEST_CRASH_AT").map({ String(cString: $0) }) else { return nil }
            let parts = text.split(separator: ":").map(String.init)
            return (parts.first ?? "", parts.dropFirst().first.flatMap { Int($0) } ?? 1)
        }()
        private static let passages = Atomic(0)

        @usableFromInline
        func passed() {
            guard let order = CrashPoint.order, order.label == rawValue,
                CrashPoint.passages.add(1, ordering: .relaxed).newValue == order.passage
            else { return }
            kill(getpid(), SIGKILL)
            while true { pause() }
        }
    #endif
}
