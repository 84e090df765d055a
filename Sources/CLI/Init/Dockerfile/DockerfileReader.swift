import Core

/// Goes through the instructions and keeps what the present stage has.
struct DockerfileReader {
    private(set) var stage: DockerfileStage?
    /// Defaults of `ARG` before the first `FROM`.
    private var globals = DockerfileVariables()
    private var variables = DockerfileVariables()
    private var named: [String: DockerfileStage] = [:]
    private var name: String?
    /// Whether `command` comes from the stage that this one is made from.
    private var inheritsCommand = false

    mutating func take(_ instruction: DockerfileInstruction) {
        let text = instruction.text
        if instruction.name == "FROM" { return begin(text) }
        guard stage != nil else {
            if instruction.name == "ARG" { declareGlobals(text) }
            return
        }
        switch instruction.name {
        case "ARG": declareArguments(text)
        case "ENV": setEnvironment(text)
        case "EXPOSE": expose(text)
        case "WORKDIR": enter(variables.replaced(in: text).text)
        case "SHELL": if case .exec(let words) = DockerfileStage.Words(text), !words.isEmpty { stage?.shell = words }
        case "CMD":
            stage?.command = DockerfileStage.Words(text)
            inheritsCommand = false
        case "ENTRYPOINT":
            stage?.entrypoint = DockerfileStage.Words(text)
            // Docker forgets the base image's command when the entrypoint is set anew.
            if inheritsCommand { stage?.command = nil }
        case "HEALTHCHECK": check(text)
        default: break
        }
    }

    /// `FROM [--platform=…] IMAGE [AS NAME]`
    private mutating func begin(_ text: String) {
        if let name, let stage { named[name] = stage }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.hasPrefix("--") }
        let image = globals.replaced(in: words.first ?? "").text.lowercased()
        name = words.count == 3 && words[1].lowercased() == "as" ? words[2].lowercased() : nil
        stage = named[image] ?? DockerfileStage()
        stage?.arguments = []
        inheritsCommand = stage?.command != nil
        let inherited = (stage?.environment ?? []).map { ($0.name, $0.value) }
        variables = DockerfileVariables(values: Dictionary(inherited, uniquingKeysWith: { $1 }))
    }

    private mutating func declareGlobals(_ text: String) {
        for (name, value) in DockerfileReader.declarations(text) {
            globals.values[name] = value.map { globals.replaced(in: $0).text }
        }
    }

    private mutating func declareArguments(_ text: String) {
        for (name, value) in DockerfileReader.declarations(text) {
            stage?.arguments.append(name)
            // A variable of the environment counts more than an argument of the same name.
            guard stage?.environment.contains(where: { $0.name == name }) != true else { continue }
            variables.values[name] = value.map { variables.replaced(in: $0).text } ?? globals.values[name]
        }
    }

    private static func declarations(_ text: String) -> [(String, String?)] {
        ShellWords.split(text).map { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return (parts[0], parts.count == 2 ? parts[1] : nil)
        }
    }

    /// `ENV A=b C="d e"`, or in the old form `ENV A b c`.
    private mutating func setEnvironment(_ text: String) {
        let first = text.prefix { !$0.isWhitespace }
        var pairs = DockerfileReader.declarations(text).compactMap { name, value in value.map { (name, $0) } }
        if !first.contains("=") { pairs = [(String(first), String(text.dropFirst(first.count)).trimmed)] }
        for (name, written) in pairs {
            let (value, isKnown) = variables.replaced(in: written)
            stage?.environment.removeAll { $0.name == name }
            guard isKnown else {
                variables.values[name] = nil
                continue
            }
            variables.values[name] = value
            stage?.environment.append(DockerfileStage.Variable(name: name, value: value))
        }
    }

    private mutating func expose(_ text: String) {
        let (replaced, isKnown) = variables.replaced(in: text)
        if !isKnown { stage?.notes.append("'EXPOSE \(text)' names a variable without a value") }
        stage?.ports += replaced.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private mutating func enter(_ directory: String) {
        let path = ShellWords.split(directory).first ?? directory
        guard !path.hasPrefix("/"), let present = stage?.directory else {
            stage?.directory = path
            return
        }
        stage?.directory = present.hasSuffix("/") ? present + path : "\(present)/\(path)"
    }

    /// `HEALTHCHECK [--interval=5s …] CMD …`, or `NONE`.
    private mutating func check(_ text: String) {
        var rest = text[...]
        var options: [String: String] = [:]
        while rest.hasPrefix("--") {
            let word = rest.prefix { !$0.isWhitespace }
            let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { options[parts[0]] = parts[1] }
            rest = rest.dropFirst(word.count).drop(while: \.isWhitespace)
        }
        let keyword = rest.prefix { !$0.isWhitespace }
        guard keyword.uppercased() == "CMD" else {
            stage?.healthCheck = nil
            return
        }
        let command = DockerfileStage.Words(String(rest.dropFirst(keyword.count)).trimmed)
        stage?.healthCheck = DockerfileStage.HealthCheck(options: options, command: command)
    }
}
