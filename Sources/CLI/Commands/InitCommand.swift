import Core
import Formats
import Glibc
import Model
import System

extension CommandEntry {
    static let initialise = CommandEntry(
        CommandSpec(
            "init", summary: "Writes a deployd.yaml for a folder, from its Dockerfile (offline)",
            positionals: [PositionalSpec("DIR", isRequired: false, help: "the folder; default the current one")],
            options: [
                OptionSpec("--stdout", help: "print it, and write nothing"),
                OptionSpec("--force", help: "write over a deployd.yaml that is there"),
            ],
            discussion: """
                Ports, command, health check and variables are those of the Dockerfile's last stage. How it is built
                without containers is told by go.mod, Cargo.toml, Package.swift, package.json, requirements.txt,
                pyproject.toml or a Makefile. What cannot be known is a comment in the file, and is named.
                """)
    ) { context in
        let directory = context.arguments.positional(0) ?? "."
        let prefix = directory == "." ? "" : directory.hasSuffix("/") ? directory : "\(directory)/"
        let path = prefix + ServiceFile.fileName
        let prints = context.arguments.has("--stdout")
        let isThere = access(path, F_OK) == 0
        guard prints || !isThere || context.arguments.has("--force") else {
            throw DeploydError(
                .conflict, "\(path) is there already; --force writes over it, --stdout prints what would be written")
        }
        let draft = ServiceDraft(try ProjectFolder(reading: directory))
        let text = Array(draft.yaml.utf8)
        if let problem = ServiceFile.parse(text, file: path).diagnostics.first {
            throw DeploydError(.internal, "what would be written is not right: \(problem)")
        }
        if prints { return context.console.bytes(text) }
        try Files.write(text, to: path, mode: 0o644)
        let from = draft.sources.isEmpty ? "" : ", from \(draft.sources.joined(separator: " and "))"
        context.console.line("wrote \(path)\(from)".printable)
        for note in draft.notes { context.console.line("  \(note)".printable) }
    }
}
