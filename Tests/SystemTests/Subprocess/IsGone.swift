import System

/// Whether the process whose number is the first line of `pid` has ended; whoever is its parent by now may not have
/// reaped it yet.
func isGone(_ pid: String?) -> Bool {
    guard let pid = pid?.split(separator: "\n").first else { return false }
    guard let bytes = try? Files.read("/proc/\(pid)/stat", limit: 4096) else { return true }
    return String(decoding: bytes, as: UTF8.self).contains(") Z ")
}
