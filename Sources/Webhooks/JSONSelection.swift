import Core

/// Reads a few members out of a JSON object and steps over the rest: a provider's payload has hundreds of members of
/// which five are of interest, and building all of them is ten times dearer.
///
/// It takes every text that `JSONValue.parse` takes. What it steps over is checked for its structure, not for the digits
/// of a number or the UTF-8 of a string.
struct JSONSelection: Sendable {
    struct Node: Sendable {
        let key: [UInt8]
        var slot: Int?
        var children: [Node] = []
    }

    static let maximumDepth = 64

    private let root: Node
    private let count: Int

    /// - Parameter paths: member names joined by dots, e.g. `repository.full_name`.
    init(_ paths: [String]) {
        var root = Node(key: [])
        for (slot, path) in paths.enumerated() {
            JSONSelection.insert(path.split(separator: ".")[...], slot, into: &root)
        }
        self.root = root
        count = paths.count
    }

    /// The values in the order of the paths; nil where there is none. An array or an object comes as an empty one.
    /// - Throws: `DeploydError` `invalid`: not a JSON object, nested more than 64 deep, or a wanted member twice.
    func read(_ bytes: [UInt8]) throws(DeploydError) -> [JSONValue?] {
        try bytes.span.withUnsafeBytes { bytes throws(DeploydError) in
            var scanner = JSONScanner(bytes: bytes, found: Array(repeating: nil, count: count))
            try scanner.document(root)
            return scanner.found
        }
    }

    private static func insert(_ path: ArraySlice<Substring>, _ slot: Int, into node: inout Node) {
        guard let first = path.first else {
            node.slot = slot
            return
        }
        let key = Array(first.utf8)
        let index = node.children.firstIndex { $0.key == key } ?? node.children.count
        if index == node.children.count { node.children.append(Node(key: key)) }
        insert(path.dropFirst(), slot, into: &node.children[index])
    }
}
