/// How a project is built and run without containers, as the files of its language say.
struct ProjectGuess: Equatable {
    enum Build: Equatable {
        case command([String])
        /// It runs as it is.
        case nothing
        case unknown
    }

    /// The file that says so.
    let source: String
    let build: Build
    /// nil: not known.
    let command: [String]?
    /// Where the interpreter of the project's own packages is.
    var interpreter: String?

    /// - Parameter program: what the Dockerfile calls what is built, if it says.
    static func of(_ folder: ProjectFolder, program: String?) -> ProjectGuess? {
        go(folder, program) ?? cargo(folder) ?? swift(folder) ?? node(folder) ?? python(folder) ?? make(folder)
    }

    private static func make(_ folder: ProjectFolder) -> ProjectGuess? {
        guard let file = folder.text("GNUmakefile", "makefile", "Makefile") else { return nil }
        let lines = file.text.split(whereSeparator: \.isNewline)
        let hasBuild = lines.contains { line in
            line.hasPrefix("build") && line.dropFirst(5).drop(while: \.isWhitespace).first == ":"
        }
        return ProjectGuess(
            source: file.name, build: .command(hasBuild ? ["make", "build"] : ["make"]), command: nil)
    }

    private static func go(_ folder: ProjectFolder, _ program: String?) -> ProjectGuess? {
        guard let file = folder.text("go.mod") else { return nil }
        let chosen = folder.programs.contains(folder.name) ? folder.name : folder.programs.first
        let isAtRoot = folder.has("main.go") || folder.programs.isEmpty
        guard isAtRoot || folder.programs.count == 1 || folder.programs.contains(folder.name) else {
            return ProjectGuess(source: file.name, build: .unknown, command: nil)
        }
        let package = isAtRoot ? "." : "./cmd/\(chosen ?? "")"
        let name = program ?? (isAtRoot ? nil : chosen) ?? folder.serviceName
        return ProjectGuess(
            source: file.name, build: .command(["go", "build", "-o", name, package]), command: ["./\(name)"])
    }

    private static func cargo(_ folder: ProjectFolder) -> ProjectGuess? {
        guard let file = folder.text("Cargo.toml") else { return nil }
        let name = TOMLNames.name(in: "[[bin]]", of: file.text) ?? TOMLNames.name(in: "[package]", of: file.text)
        return ProjectGuess(
            source: file.name, build: .command(["cargo", "build", "--release"]),
            command: name.map { ["./target/release/\($0)"] })
    }

    private static func swift(_ folder: ProjectFolder) -> ProjectGuess? {
        guard let file = folder.text("Package.swift") else { return nil }
        let name = [".executable(", ".executableTarget("].lazy.compactMap { call -> String? in
            guard let start = file.text.firstRange(of: call) else { return nil }
            let parts = file.text[start.upperBound...].split(separator: "\"", maxSplits: 2)
            return parts.count == 3 && parts[0].contains("name:") ? String(parts[1]) : nil
        }.first
        return ProjectGuess(
            source: file.name, build: .command(["swift", "build", "-c", "release"]),
            command: name.map { [".build/release/\($0)"] })
    }
}

/// The one thing that is looked for in a TOML file.
enum TOMLNames {
    /// The first `name` of a section.
    static func name(in section: String, of text: String) -> String? {
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline).map({ String($0).trimmed }) {
            if line.hasPrefix("[") {
                if isInside { return nil }
                isInside = line.hasPrefix(section)
            }
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            guard isInside, parts.count == 2, parts[0] == "name" else { continue }
            return parts[1].split(separator: "\"").first.map(String.init)
        }
        return nil
    }
}
