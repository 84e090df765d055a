import Core
import Formats
import Glibc
import Model

/// One file that people may write, as the repository holds it.
struct ExampleFile: Sendable {
    /// From the folder that it was found in.
    let path: String
    let bytes: [UInt8]

    var kind: FileKind? { FileKind.detect(bytes, file: path) }

    /// Its documents, with anchors and merges in their places.
    var documents: [YAMLNode] {
        YAML.documents(bytes, diagnostics: Diagnostics(file: path)).filter { !$0.isNull }
    }
}

/// The files that are shown to people as good ones.
enum Examples {
    private static let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")

    /// `docs/examples`: every kind, every key.
    static let annotated = files(in: "\(root)/docs/examples")
    /// What is run and what comes with deployd.
    static let shipped = files(in: "\(root)/examples") + files(in: "\(root)/resource-repos")

    /// Every `*.yaml` below a folder.
    private static func files(in folder: String, below prefix: String = "") -> [ExampleFile] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted().filter { !$0.hasPrefix(".") }.flatMap { name in
            let path = "\(folder)/\(name)"
            guard name.hasSuffix(".yaml") else { return files(in: path, below: "\(prefix)\(name)/") }
            return [ExampleFile(path: "\(prefix)\(name)", bytes: read(path))]
        }
    }

    private static func read(_ path: String) -> [UInt8] {
        guard let file = fopen(path, "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}
