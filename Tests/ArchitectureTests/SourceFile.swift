/// A file under Sources, as the rules see it.
struct SourceFile {
    /// From the repository's root, e.g. `Sources/Core/Log.swift`.
    let path: String
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// `Core` of `Sources/Core/Log.swift`; `C/CCurl` counts as `CCurl`.
    var target: String {
        let folders = path.split(separator: "/").dropFirst()
        return String(folders.first == "C" ? folders.dropFirst().first ?? "" : folders.first ?? "")
    }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The module of each `import` line, with the line's number from 1.
    var imports: [(module: String, line: Int)] {
        guard isSwift else { return [] }
        return numbered { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"),
                words[..<position].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
            else { return nil }
            // `import struct Core.Digest` names a kind first.
            let name = words[(position + 1)...].first { !declarationKinds.contains(String($0)) }
            return name?.split(separator: ".").first.map(String.init)
        }.map { (module: $0.word, line: $0.line) }
    }

    /// The name of each type declared here.
    var types: [(name: String, line: Int)] {
        guard isSwift else { return [] }
        return numbered { line in
            let words = line.split { " :<({".contains($0) }
            guard let position = words.firstIndex(where: { declarationKinds.contains(String($0)) }),
                words[..<position].allSatisfy({ $0.hasPrefix("@") || modifiers.contains(String($0)) })
            else { return nil }
            return words[(position + 1)...].first.map(String.init)
        }.map { (name: $0.word, line: $0.line) }
    }

    private func numbered(_ find: (Substring) -> String?) -> [(word: String, line: Int)] {
        lines.enumerated().compactMap { index, line in
            let code = line.drop { $0 == " " }
            guard !code.hasPrefix("//") else { return nil }
            return find(code).map { (word: $0, line: index + 1) }
        }
    }
}

private let declarationKinds: Set = ["struct", "class", "enum", "actor", "protocol", "typealias"]
private let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]
private let modifiers = accessLevels.union(["final", "indirect", "open", "nonisolated"])
