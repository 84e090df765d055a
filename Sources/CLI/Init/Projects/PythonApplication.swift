/// What a Python program serves, as far as its text and the project's packages say so.
struct PythonApplication {
    private enum Framework { case flask, fastAPI }

    private let program: String
    private let framework: Framework
    /// What the program calls the application.
    private let name: String

    /// - Parameters:
    ///   - text: of the program; empty where it was not read.
    ///   - packages: the text of the file that lists the project's packages.
    /// - Returns: nil where the program is run by itself: it serves nothing, or takes care of PORT.
    init?(_ program: String, text: String, packages: String) {
        guard !text.contains("PORT") else { return nil }
        let lines = text.split(whereSeparator: \.isNewline)
        let wanted = packages.lowercased().split { $0.isWhitespace || "\"',[]=<>~!;".contains($0) }
        func uses(_ package: String) -> Bool {
            wanted.contains { $0 == package }
                || lines.contains { $0.hasPrefix("import \(package)") || $0.hasPrefix("from \(package) ") }
        }
        if uses("fastapi"), let name = PythonApplication.name(made: "FastAPI(", lines) {
            (framework, self.name) = (.fastAPI, name)
        } else if uses("flask") {
            (framework, name) = (.flask, "")
        } else {
            return nil
        }
        self.program = program
    }

    /// The one of `app = FastAPI(`.
    private static func name(made by: String, _ lines: [Substring]) -> String? {
        lines.lazy.compactMap { line -> String? in
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            guard parts.count == 2, parts[1].hasPrefix(by), line.first?.isLetter == true else { return nil }
            return parts[0].split(separator: ":").first.map { String($0).trimmed }
        }.first
    }

    /// How it is served; the port is told later.
    func command(_ interpreter: String) -> [String] {
        let module = String(program.dropLast(3))
        switch framework {
        case .fastAPI: return [interpreter, "-m", "uvicorn", "\(module):\(name)"]
        case .flask:
            // Flask finds these itself.
            let which = ["app", "wsgi"].contains(module) ? [] : ["--app", module]
            return [interpreter, "-m", "flask"] + which + ["run"]
        }
    }
}
