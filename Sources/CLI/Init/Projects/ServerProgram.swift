/// A program that serves a web application and does not look at the variable PORT: how it is told its port.
struct ServerProgram {
    private enum Way {
        /// An option, by its names; the text goes before the port.
        case option([String], String)
        /// The last argument.
        case argument
    }

    private let way: Way
    /// Where it listens when it is told nothing.
    private let defaultPort: Int
    /// Where its own arguments begin.
    private let start: Int

    private struct Known {
        let names: [String]
        /// The command of the program's that serves; nil: it has none.
        var verbs: [String]?
        let way: Way
        let port: Int
    }

    private static let known = [
        Known(names: ["flask"], verbs: ["run"], way: .option(["--port", "-p"], "--port="), port: 5000),
        Known(names: ["fastapi"], verbs: ["run", "dev"], way: .option(["--port"], "--port="), port: 8000),
        Known(names: ["uvicorn"], way: .option(["--port", "--uds", "--fd"], "--port="), port: 8000),
        Known(names: ["daphne"], way: .option(["--port", "-p", "-u", "-e"], "--port="), port: 8000),
        Known(names: ["hypercorn"], way: .option(["--bind", "-b", "-k"], "--bind=127.0.0.1:"), port: 8000),
        Known(names: ["streamlit"], verbs: ["run"], way: .option(["--server.port"], "--server.port="), port: 8501),
        Known(names: ["manage.py", "django"], verbs: ["runserver"], way: .argument, port: 8000),
        Known(names: ["http.server"], way: .argument, port: 8000),
    ]

    /// - Returns: nil for a command that is none of these.
    init?(of command: [String]) {
        for (index, word) in command.prefix(3).enumerated() {
            let name = word.split(separator: "/").last.map(String.init) ?? word
            guard let found = ServerProgram.known.first(where: { $0.names.contains(name) }) else { continue }
            let rest = command[(index + 1)...]
            guard let verbs = found.verbs else {
                (way, defaultPort, start) = (found.way, found.port, index + 1)
                return
            }
            guard let verb = rest.firstIndex(where: verbs.contains) else { continue }
            (way, defaultPort, start) = (found.way, found.port, verb + 1)
            return
        }
        return nil
    }

    /// The port that the command names, or the program's own.
    func port(in command: [String]) -> Int {
        place(in: command).flatMap { ServerProgram.number(in: command[$0])?.port } ?? defaultPort
    }

    /// The command with the port that deployd gives.
    func told(_ command: [String]) -> [String] {
        var command = command
        guard let place = place(in: command) else {
            guard !isTold(command) else { return command }
            if case .option(_, let text) = way { return command + ["\(text)${ports.http}"] }
            return command + ["${ports.http}"]
        }
        if let number = ServerProgram.number(in: command[place]) {
            command[place] = "\(number.before)${ports.http}"
        }
        return command
    }

    /// Whether it is told where to listen in a way that is not a port's number.
    private func isTold(_ command: [String]) -> Bool {
        guard case .option(let names, _) = way else { return false }
        return command[start...].contains { word in names.contains { word == $0 || word.hasPrefix("\($0)=") } }
    }

    /// Which word has the port's number.
    private func place(in command: [String]) -> Int? {
        let words = command.indices[start...]
        guard case .option(let names, _) = way else {
            return words.first { !command[$0].hasPrefix("-") && ServerProgram.number(in: command[$0]) != nil }
        }
        for index in words {
            let word = command[index]
            guard let name = names.first(where: { word == $0 || word.hasPrefix("\($0)=") }) else { continue }
            let value = word == name ? index + 1 : index
            guard command.indices.contains(value), ServerProgram.number(in: command[value]) != nil else { continue }
            return value
        }
        return nil
    }

    /// `5000`, `0.0.0.0:5000` or `--port=5000`.
    private static func number(in word: String) -> (before: Substring, port: Int)? {
        let before = word.lastIndex { $0 == ":" || $0 == "=" }.map { word[...$0] } ?? ""
        guard let port = Int(word.dropFirst(before.count)), (1...65_535).contains(port) else { return nil }
        return (before, port)
    }
}
