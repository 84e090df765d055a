/// What holds for a process from its first instruction on, and for all that it starts.
struct Confinement {
    static let none = Confinement()

    /// The directories of the control groups that it is in.
    var groups: [String] = []
    /// `RLIMIT_DATA`, for each process of its own.
    var dataBytes: Int64?
}
