/// What an image runs, as this folder would run it.
struct DockerfileCommand {
    /// References of ours are escaped; nil: the image has no command of its own.
    let words: [String]?
    /// Whether the program is somewhere in the image that this folder does not have.
    let isElsewhere: Bool
    /// The file name of a program that the image's build makes, e.g. `server` of `/app/server`.
    let builtProgram: String?

    init(_ stage: DockerfileStage) {
        let raw = DockerfileCommand.raw(stage)
        let directory = stage.directory ?? "/"
        let program = raw?.first ?? ""
        let words = raw.map { words in
            words.enumerated().map { index, word in
                DockerfileCommand.relative(word, to: directory, isProgram: index == 0)
            }
        }
        self.words = words?.map(DockerfilePorts.escaped)
        let isSystems = ["/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/"].contains { program.hasPrefix($0) }
        isElsewhere = words?.first?.hasPrefix("/") == true && !isSystems
        let isBuilt = program.contains("/") && !isSystems
        builtProgram = isBuilt ? program.split(separator: "/").last.map(String.init) : nil
    }

    /// `ENTRYPOINT` and `CMD` together (https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact).
    private static func raw(_ stage: DockerfileStage) -> [String]? {
        let words: [String] =
            switch (stage.entrypoint, stage.command) {
            case (.shell(let text)?, _): shell(text, stage)
            case (.exec(let entrypoint)?, .exec(let command)?): entrypoint + command
            case (.exec(let entrypoint)?, .shell(let text)?): entrypoint + stage.shell + [text]
            case (.exec(let entrypoint)?, nil): entrypoint
            case (nil, .exec(let command)?): command
            case (nil, .shell(let text)?): shell(text, stage)
            case (nil, nil): []
            }
        return words.isEmpty ? nil : words
    }

    /// Plain words need no shell. `exec` lets signals reach the program where it is the only one.
    private static func shell(_ text: String, _ stage: DockerfileStage) -> [String] {
        let isPlain = text.utf8.allSatisfy { DockerfilePorts.isAlphanumeric($0) || " \t./_-=:,@%+".utf8.contains($0) }
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let program = words.first { $0 != "exec" }
        if isPlain, let program, !program.contains("="), !["cd", "export", "."].contains(program) {
            return words.first == "exec" ? Array(words.dropFirst()) : words
        }
        let isOne = !text.contains { ";&|\n".contains($0) } && !["exec", "cd", "export", "if"].contains(words.first)
        return stage.shell + [isOne ? "exec \(text)" : text]
    }

    private static func relative(_ word: String, to directory: String, isProgram: Bool) -> String {
        let prefix = directory.hasSuffix("/") ? directory : "\(directory)/"
        guard prefix != "/", word.hasPrefix(prefix), word != prefix else { return word }
        return (isProgram ? "./" : "") + word.dropFirst(prefix.count)
    }
}
