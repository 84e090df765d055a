import Glibc
import Testing

/// Bad files and what people are told of each, from `Tests/ModelTests/Catalogue`; its README says how they are written.
struct Catalogue {
    /// One bad file, or several that are wrong together.
    struct Case: Sendable, CustomTestStringConvertible {
        /// The file of the catalogue, without its ending.
        let area: String
        let name: String
        /// As it stands in the catalogue, without what is expected.
        var lines: [String] = []
        /// What stands between it and the next.
        var end: [String] = []
        /// Its own files, by path.
        var files: [String: [String]] = [:]
        /// Those of every case of the area.
        let background: [String: [String]]
        var expected: [String] = []

        var testDescription: String { "\(area): \(name)" }

        /// Every file's text, by path.
        var texts: [String: String] {
            background.merging(files) { $1 }.mapValues { $0.map { "\($0)\n" }.joined() }
        }
    }

    static let folder = "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Catalogue"
    static let areas = [
        "syntax", "service", "texts", "overrides", "services", "worlds", "topology", "repository", "definition",
        "inheritance", "graph", "requirements", "shared", "secrets", "applications", "targets", "remotes",
    ]
    static let cases = areas.flatMap { Catalogue(area: $0).cases }

    let area: String
    /// What stands before the first case.
    private(set) var head: [String] = []
    private(set) var cases: [Case] = []
    /// Where the next line goes; nil: nowhere.
    private var path: String?
    /// The file of a case that names none.
    private var usual = "deployd.yaml"
    private var background: [String: [String]] = [:]

    init(area: String) {
        self.area = area
        for line in Catalogue.lines("\(Catalogue.folder)/\(area).yaml") { read(line) }
        for index in cases.indices {
            // What only sets a case apart from the next.
            cases[index].lines.dropBlankEnd()
            for path in cases[index].files.keys { cases[index].files[path]?.dropBlankEnd() }
        }
    }

    private mutating func read(_ line: String) {
        if let name = line.after("#== ") {
            cases.append(Case(area: area, name: name, background: background))
            open(usual)
            cases[cases.count - 1].lines.append(line)
        } else if let diagnostic = line.after("#> ") {
            cases[cases.count - 1].expected.append(diagnostic)
            path = nil
        } else {
            let isUsual = line.hasPrefix("#= ")
            if cases.isEmpty {
                head.append(line)
            } else if isUsual {
                cases[cases.count - 1].end += [line, ""]
            } else {
                cases[cases.count - 1].lines.append(line)
            }
            if isUsual {
                usual = String(line.dropFirst(3))
            } else if let name = line.after("#@ ") {
                open(name)
            } else {
                add(line)
            }
        }
    }

    private mutating func open(_ name: String) {
        // A case that names its files has no other.
        if !cases.isEmpty, let last = path, cases[cases.count - 1].files[last]?.isEmpty == true {
            cases[cases.count - 1].files[last] = nil
        }
        path = name
        if cases.isEmpty { background[name] = [] } else { cases[cases.count - 1].files[name] = [] }
    }

    private mutating func add(_ line: String) {
        guard let path else { return }
        if cases.isEmpty {
            background[path]?.append(line)
        } else {
            cases[cases.count - 1].files[path]?.append(line)
        }
    }

    private static func lines(_ path: String) -> [String] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

extension Catalogue {
    /// Writes what is found over what is expected.
    func record() {
        let parts = cases.map { $0.lines + $0.found.map { "#> \($0)" } + [""] + $0.end }
        let text = (head + parts.flatMap(\.self)).joined(separator: "\n")
        guard !cases.isEmpty, let file = fopen("\(Catalogue.folder)/\(area).yaml", "w") else { return }
        defer { fclose(file) }
        fputs(text, file)
    }
}

extension [String] {
    fileprivate mutating func dropBlankEnd() {
        while last == "" { removeLast() }
    }
}

extension String {
    fileprivate func after(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
