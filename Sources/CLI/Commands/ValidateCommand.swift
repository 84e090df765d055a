import Core
import Formats
import Glibc
import Model
import System

extension CommandEntry {
    static let validate = CommandEntry(
        CommandSpec(
            "validate", summary: "Checks deployd.yaml, world files and resource repositories (offline)",
            positionals: [
                PositionalSpec(
                    "PATH", isRequired: false, isRepeatable: true,
                    help: "files and folders; default the current folder")
            ],
            discussion: """
                In a folder these are checked: deployd.yaml, worlds/*.yaml and resource-repos/*/*.yaml, also against
                each other. Every error of every file is printed, one a line: FILE:LINE:COLUMN: KEY: what is wrong.
                """)
    ) { context in
        let paths = context.arguments.positionals.isEmpty ? ["."] : context.arguments.positionals
        var validation = Validation()
        for path in paths { try validation.check(path) }
        for diagnostic in validation.diagnostics { context.console.line(diagnostic.description) }
        guard validation.diagnostics.isEmpty else {
            let count = validation.diagnostics.count
            throw DeploydError(.invalid, count == 1 ? "1 error" : "\(count) errors")
        }
        guard validation.checked > 0 else {
            throw DeploydError(
                .notFound,
                "nothing to check in \(paths.joined(separator: ", ")): no deployd.yaml, worlds or resource-repos")
        }
        context.console.line("ok: \(validation.checked) \(validation.checked == 1 ? "file" : "files")")
    }

    static let schema = CommandEntry(
        CommandSpec(
            "schema", summary: "Prints the JSON Schema of a kind of file, for editors (offline)",
            positionals: [
                PositionalSpec("KIND", help: FileKind.allCases.map(\.rawValue).joined(separator: ", "))
            ])
    ) { context in
        let name = try context.required(0)
        guard let kind = FileKind(rawValue: name) else {
            throw UsageError(
                "unknown kind '\(name)'\(NearestName.hint(name, in: FileKind.allCases.map(\.rawValue)))",
                command: "schema")
        }
        context.console.line(kind.jsonSchema.text)
    }
}

/// What was found wrong with the files that deployd reads.
private struct Validation {
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var checked = 0

    mutating func check(_ path: String) throws {
        guard isDirectory(path) else { return try check(file: path) }
        let prefix = path == "." ? "" : path.hasSuffix("/") ? path : "\(path)/"
        if access(prefix + ServiceFile.fileName, F_OK) == 0 { try check(file: prefix + ServiceFile.fileName) }
        let files = TopologyFiles(worlds: "\(prefix)worlds", repositories: "\(prefix)resource-repos")
        let count = try files.count()
        guard count > 0 else { return }
        checked += count
        diagnostics += try files.load().diagnostics
    }

    private mutating func check(file: String) throws {
        let bytes = try Files.read(file, limit: 1 << 20)
        guard let kind = FileKind.detect(bytes, file: file) else {
            throw DeploydError(
                .invalid,
                "\(file) is none of the files that deployd reads: it has none of the keys service, world, environment, "
                    + "environmentSet, slug, repository")
        }
        checked += 1
        diagnostics += kind.check(bytes, file: file)
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
