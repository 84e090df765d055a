/// A certificate or key, in PEM: what the configuration itself holds, or a file that is read when it is needed.
public enum PEMSource: Sendable, Hashable {
    case data([UInt8])
    /// An absolute path. Whoever rotates what is in it need not tell deployd.
    case file(String)
}

extension PEMSource: CustomStringConvertible, CustomReflectable {
    /// Nothing of the data, which may be a key.
    public var description: String {
        switch self {
        case .data: "data"
        case .file(let path): path
        }
    }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
