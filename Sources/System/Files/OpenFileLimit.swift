import Glibc

/// How many files this process may have open: the kernel's soft limit, which what it starts inherits.
public enum OpenFileLimit {
    /// What this process began with.
    public static let initial = Int(clamping: current().rlim_cur)

    /// What holds now.
    public static var now: Int { Int(clamping: current().rlim_cur) }

    /// As far as it could be raised.
    public static var hard: Int { Int(clamping: current().rlim_max) }

    /// Raises it to `wanted`, or as far as the hard limit allows. What others wrote is to be started with `initial`:
    /// `select` knows no file above 1023.
    public static func raise(to wanted: Int) {
        if initial < wanted { set(wanted) }
    }

    /// Sets the soft limit, to the hard one where `wanted` is above that.
    static func set(_ wanted: Int) {
        var limit = current()
        limit.rlim_cur = min(limit.rlim_max, rlim_t(max(0, wanted)))
        setrlimit(resource, &limit)
    }

    private static func current() -> rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
