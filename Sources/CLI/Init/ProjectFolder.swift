import Core
import System

/// What stands in a folder, as far as it says how its service is built and run.
struct ProjectFolder: Sendable {
    private static let read = [
        "Dockerfile", "Containerfile", "Makefile", "makefile", "GNUmakefile", "go.mod", "package.json", "Cargo.toml",
        "Package.swift", "requirements.txt", "pyproject.toml", "app.py", "main.py", "server.py", "wsgi.py",
    ]
    private static let fileLimit = 1 << 20

    /// The folder's own name.
    let name: String
    /// Of all that is in it.
    let names: Set<String>
    /// The texts of those files that are read, by name.
    let texts: [String: String]
    /// The folders in `cmd`, where Go keeps programs.
    let programs: [String]

    init(name: String, names: Set<String> = [], texts: [String: String] = [:], programs: [String] = []) {
        self.name = name
        self.names = names.union(texts.keys)
        self.texts = texts
        self.programs = programs
    }

    /// Reads a folder. Blocks.
    init(reading path: String) throws(DeploydError) {
        let whole = try Files.realPath(path)
        var texts: [String: String] = [:]
        let names = try Files.entries(of: whole).map(\.name)
        for file in ProjectFolder.read where names.contains(file) {
            texts[file] = String(
                decoding: try Files.read("\(whole)/\(file)", limit: ProjectFolder.fileLimit), as: UTF8.self)
        }
        let programs = names.contains("cmd") ? try Files.entries(of: "\(whole)/cmd") : []
        self.init(
            name: whole.split(separator: "/").last.map(String.init) ?? "", names: Set(names), texts: texts,
            programs: programs.filter(\.isDirectory).map(\.name))
    }

    func has(_ name: String) -> Bool { names.contains(name) }

    /// The first of these files that is there.
    func text(_ names: String...) -> (name: String, text: String)? {
        names.lazy.compactMap { name in texts[name].map { (name: name, text: $0) } }.first
    }

    /// The folder's name as a service may be called.
    var serviceName: String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let joined = words.joined(separator: "-").prefix(DNSLabel.maximumLength)
        let name = joined.reversed().drop { $0 == "-" }.reversed()
        return name.isEmpty ? "service" : String(name)
    }
}
