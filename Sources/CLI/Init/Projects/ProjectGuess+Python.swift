extension ProjectGuess {
    private static let environment = ".venv/bin/python3"

    /// `requirements.txt`, `pyproject.toml`, or a program alone.
    static func python(_ folder: ProjectFolder) -> ProjectGuess? {
        let programs = folder.names.filter { $0.hasSuffix(".py") && $0 != "setup.py" && $0 != "conftest.py" }
        let usual = ["main.py", "app.py", "server.py", "wsgi.py", "\(folder.name).py"].first(where: programs.contains)
        let program = usual ?? (programs.count == 1 ? programs.first : nil)
        guard let file = folder.text("requirements.txt", "pyproject.toml") else {
            return pythonCommand(folder, program, "python3", packages: "").map { command in
                ProjectGuess(source: program ?? "manage.py", build: .nothing, command: command)
            }
        }
        let packages = file.name == "requirements.txt" ? "-r requirements.txt" : "."
        let build = "python3 -m venv .venv && \(environment) -m pip install \(packages)"
        return ProjectGuess(
            source: file.name, build: .command(["sh", "-c", build]),
            command: pythonCommand(folder, program, environment, packages: file.text), interpreter: environment)
    }

    /// A program that serves by another one is not run by itself.
    private static func pythonCommand(
        _ folder: ProjectFolder, _ program: String?, _ interpreter: String, packages: String
    ) -> [String]? {
        if folder.has("manage.py") { return [interpreter, "manage.py", "runserver", "--noreload"] }
        guard let program else { return nil }
        let application = PythonApplication(program, text: folder.texts[program] ?? "", packages: packages)
        return application?.command(interpreter) ?? [interpreter, program]
    }

    /// A command of the image's, with the project's own packages.
    /// - Parameter interpreter: where they are; nil: the project has none.
    static func adapted(_ command: [String], interpreter: String?) -> [String] {
        guard let program = command.first, !program.contains("/") else { return command }
        let rest = command.dropFirst()
        if ["python", "python3"].contains(program) { return [interpreter ?? "python3"] + rest }
        // A script that pip installs names the folder it was installed in, so it is run as a module.
        let modules = ["gunicorn", "uvicorn", "flask", "hypercorn", "celery", "fastapi", "daphne", "streamlit"]
        guard let interpreter, modules.contains(program) else { return command }
        return [interpreter, "-m", program] + rest
    }
}
