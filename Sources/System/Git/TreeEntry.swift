/// One entry of a git tree, as `git ls-tree -z --long` lists it.
public struct TreeEntry: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case file = "100644"
        case executable = "100755"
        case link = "120000"
        case submodule = "160000"
        case directory = "040000"
    }

    public let kind: Kind
    /// The object's id.
    public let object: String
    /// In bytes; nil for directories and submodules.
    public let size: Int?
    /// From the root of the tree.
    public let path: String

    /// Reads `MODE TYPE OBJECT SIZE\tPATH\0…`; nil when it is anything else, or a path is not UTF-8.
    static func parse(_ output: [UInt8]) -> [TreeEntry]? {
        var entries: [TreeEntry] = []
        for record in output.split(separator: 0) {
            guard let text = String(validating: record, as: UTF8.self), let tab = text.firstIndex(of: "\t") else {
                return nil
            }
            let fields = text[..<tab].split(separator: " ")
            // Group-writable files of very old repositories are files like others.
            let mode = fields.first == "100664" ? "100644" : fields.first.map(String.init)
            guard fields.count == 4, let kind = mode.flatMap(Kind.init(rawValue:)) else { return nil }
            entries.append(
                TreeEntry(
                    kind: kind, object: String(fields[2]), size: Int(fields[3]),
                    path: String(text[text.index(after: tab)...])))
        }
        return entries
    }
}
