/// What a new `deployd.yaml` says, before it is text.
struct ServiceDraft: Equatable {
    struct Port: Equatable {
        let name: String
        let number: Int
    }

    struct Health: Equatable {
        let path: String
        /// nil: the one that is asked anyway.
        var port: String?
        var interval: String?
        var timeout: String?
        var deadline: String?
    }

    let name: String
    /// The files that it is made from.
    var sources: [String] = []
    var build = ProjectGuess.Build.unknown
    var command: [String]?
    /// The image's, where that is no path of this folder.
    var imageCommand: [String]?
    var ports: [Port] = []
    var health: Health?
    var environment: [DockerfileStage.Variable] = []
    /// What `docker build --build-arg` may set.
    var arguments: [String] = []
    /// What is left out, with the reason: one sentence each.
    var notes: [String] = []
}

extension ServiceDraft {
    init(_ folder: ProjectFolder) {
        self.init(name: folder.serviceName)
        let dockerfile = folder.text("Dockerfile", "Containerfile")
        let stage = dockerfile.flatMap { DockerfileStage.last(of: $0.text) }
        let image = stage.map { DockerfileCommand($0) }
        let guess = ProjectGuess.of(folder, program: image?.builtProgram)
        sources = [stage == nil ? nil : dockerfile?.name, guess?.source].compactMap(\.self)
        build = guess?.build ?? .unknown
        if let stage {
            let found = DockerfilePorts(stage)
            (ports, notes) = (found.ports, stage.notes + found.notes)
            let check = DockerfileHealth.read(stage, &ports)
            health = check.health
            notes += check.notes
            takeEnvironment(of: stage)
        }
        takeCommand(image, guess)
        tellPort()
        nameMissing(folder, hasDockerfile: stage != nil)
    }

    /// The image's where it is a program of this folder or of the system, else the guessed one with the image's arguments.
    private mutating func takeCommand(_ image: DockerfileCommand?, _ guess: ProjectGuess?) {
        guard let words = image?.words, let program = words.first else {
            command = guess?.command
            return
        }
        if image?.isElsewhere == true {
            command = guess?.command.map { $0 + words.dropFirst() }
            if command == nil { imageCommand = words }
        } else if program.hasPrefix("./"), case .command(let build)? = guess?.build, build.first == "cargo" {
            // Cargo leaves it in a folder of its own.
            command = guess?.command.map { $0 + words.dropFirst() } ?? words
        } else {
            command = ProjectGuess.adapted(words, interpreter: guess?.interpreter)
        }
    }

    /// A fixed port becomes the one that deployd gives. A program that would not listen where PORT says is told so, and
    /// where no port is known, the one that it has otherwise is.
    private mutating func tellPort() {
        guard let words = command else { return }
        if let server = ServerProgram(of: words) {
            if ports.isEmpty { ports = [Port(name: "http", number: server.port(in: words))] }
            if ports.contains(where: { $0.name == "http" }) { command = server.told(words) }
        }
        command = command?.map { DockerfilePorts.replaced(in: $0, ports) }
    }

    /// Not what deployd sets itself, what is the image's own, or what looks like a secret.
    private mutating func takeEnvironment(of stage: DockerfileStage) {
        arguments = stage.arguments
        for variable in stage.environment {
            let name = variable.name
            if name == "PORT" || name.hasPrefix("PORT_") || name == "PATH" || name.hasPrefix("LD_") { continue }
            guard name.utf8.allSatisfy({ $0 == 0x5F || DockerfilePorts.isAlphanumeric($0) }), !name.isEmpty else {
                continue
            }
            let isSecret = ["PASSWORD", "SECRET", "TOKEN", "_KEY"].contains { name.uppercased().contains($0) }
            guard !isSecret else {
                notes.append("ENV \(name) is left out: it looks like a secret, which does not belong into a file")
                continue
            }
            let isPort = ports.contains { "\($0.number)" == variable.value }
            let value = DockerfilePorts.escaped(variable.value)
            environment.append(
                DockerfileStage.Variable(
                    name: name, value: isPort ? DockerfilePorts.replaced(in: variable.value, ports) : value))
        }
    }

    private mutating func nameMissing(_ folder: ProjectFolder, hasDockerfile: Bool) {
        if command == nil {
            let image = imageCommand.map { "; the Dockerfile's '\($0.joined(separator: " "))' is a path of the image" }
            notes.append("command is to be filled in: the program and its arguments\(image ?? "")")
        }
        if build == .unknown {
            let image = hasDockerfile ? "; the Dockerfile's RUN lines say what it takes" : ""
            notes.append("build.command is to be filled in, if something has to be built\(image)")
        }
        if ports.isEmpty { notes.append("port is to be filled in, if it is reached by others") }
    }
}
