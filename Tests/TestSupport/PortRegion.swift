/// Ports that this process's servers reserve from, so that those of several test processes do not meet: what one server
/// has reserved and does not listen on yet, another takes for free.
///
/// A region is held by a socket that is bound to a port above all that are reserved; the kernel gives it up with the process.
public enum PortRegion {
    /// Ports 3000 to 29999 in parts of forty-five hundred; an instance takes a hundred.
    private static let count = 6
    private static let size = 4500
    private static let firstGroup = 3000
    /// Above what is reserved, and above what the kernel gives to connections.
    private static let firstHolder = 65_500

    /// The first group of a hundred ports of this process's region; nil in the region where servers begin by themselves.
    public static let group: Int? = {
        let taken = (0..<count).first { FreePort.bound(firstHolder + $0) != nil } ?? Int.random(in: 0..<count)
        return taken == 0 ? nil : firstGroup + taken * size
    }()
}
