public import Formats

/// The `deployd.yaml` at a repository's root: one service, or where several are.
public enum RootFile: Sendable, Equatable {
    case service(ServiceFile)
    /// Folders from the root, in which a `*` stands for any characters of one folder's name.
    case services([String])

    /// Reads the file.
    /// - Parameters:
    ///   - bytes: the whole text.
    ///   - file: how errors name it.
    public static func parse(_ bytes: [UInt8], file: String = ServiceFile.fileName) -> Parsed<RootFile> {
        shape.parse(bytes, file: file, hint: "a service needs at least 'service: NAME'")
    }

    static let shape = Shape<RootFile>(.either(ServicesFormat.shape.schema, ServiceFormat.shape.schema)) { place in
        if place.node[ServicesFormat.services.name] != nil {
            return ServicesFormat.shape.read(place).map { .services($0) }
        }
        guard let misspelt = ServicesFormat.misspelt(in: place.node) else {
            return ServiceFormat.shape.read(place).map { .service($0) }
        }
        place.fail(key: misspelt, "unknown key; did you mean '\(ServicesFormat.services.name)'?")
        return nil
    }
}

/// A root file that lists services.
enum ServicesFormat {
    static let maximum = 200
    static let services = Field(
        "services", list, required: true,
        "Folders with a service each, of a repository of several; * stands for any folder's name")

    static let shape = Shape<[String]>(Schema.mapping([services.declaration])) { place in
        for entry in place.node.mapping ?? [] where entry.key != services.name && !place.diagnostics.isFull {
            place.fail(key: entry, "a file that lists services has no other key; each folder has its own deployd.yaml")
        }
        return place.node[services.name] == nil ? nil : list.read(place[services.name])
    }

    private static let list = Shape.distinctNames(.string(.folderPattern), minimum: 1, atMost: maximum)

    /// The key of a file that names no service and was to list several.
    static func misspelt(in node: YAMLNode) -> YAMLEntry? {
        guard let entry = node.mapping?.first, node.mapping?.count == 1, entry.value.sequence != nil else { return nil }
        return NearestName.find(entry.key, in: [ServiceFormat.service.name, services.name]) == nil ? nil : entry
    }
}

extension TextRule {
    /// A folder or file, from the repository's root.
    static let folder = TextRule(
        expected: "a path", rule: "use one from the repository's root, without '.', '..' and empty parts",
        pattern: "^[^/].*[^/]$|^[^/.]$", isValid: isFolder)

    static let folderPattern = TextRule(
        expected: "a folder", rule: "use a path from the repository's root, such as services/users or apps/*",
        pattern: "^[^/].*[^/]$|^[^/.]$", isValid: isFolder)

    private static func isFolder(_ text: String) -> Bool {
        (1...500).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            && text.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
