extension ServiceDraft {
    /// The file's text: what is known as keys, the rest as comments.
    var yaml: String {
        let from = sources.isEmpty ? "" : ", from \(sources.joined(separator: " and "))"
        let head = """
            # Written by `deployd init`\(from).
            # `deployd validate` checks it, `deployd push` deploys this folder, `deployd schema service` lists every key.
            service: \(name)
            """
        return ([head] + [buildPart, commandPart, portPart, healthPart, environmentPart, hints].compactMap(\.self))
            .joined(separator: "\n\n") + "\n"
    }

    private var buildPart: String? {
        let arguments =
            arguments.isEmpty
            ? "" : "\n# The Dockerfile's arguments are not passed on: \(arguments.joined(separator: ", ").printable)."
        switch build {
        case .command(let words):
            return """
                # How a world without containers (deploy:process) builds it, in this folder and without a shell.\(arguments)
                build:
                  command: \(YAMLText.list(words))
                """
        case .unknown:
            return """
                # How a world without containers (deploy:process) builds it, in this folder and without a shell; nothing when
                # there is nothing to build.\(arguments)
                # build:
                #   command: [make]
                """
        case .nothing: return nil
        }
    }

    private var commandPart: String {
        guard let command else {
            let example = imageCommand ?? ["./\(name)"]
            let reason = imageCommand == nil ? "" : " The image's is a path that this folder does not have."
            return """
                # The program and its arguments, without a shell; deploy:process needs it.\(reason)
                # command: \(YAMLText.list(example))
                """
        }
        return """
            # The program and its arguments, without a shell.
            command: \(YAMLText.list(command))
            """
    }

    private var portPart: String {
        guard let first = ports.first else {
            return """
                # Where it is reached. As a process it listens where the variable PORT says.
                # port: 8080
                """
        }
        guard ports.count > 1 else {
            return """
                # Where it is reached in a container. As a process it listens where the variable PORT says, or ${ports.http}.
                port: \(first.number)
                """
        }
        let members = ports.map { "\($0.name): \($0.number)" }.joined(separator: ", ")
        return """
            # Where it is reached in a container; the names are free, and http is the main one. As a process it listens where
            # PORT_NAME says for each, or ${ports.NAME}.
            ports: { \(members) }
            """
    }

    private var healthPart: String {
        guard let health else {
            return """
                # Healthy is what answers here; without it, what accepts connections, or without a port stays up.
                # health: { path: /healthz }
                """
        }
        let members = [
            ("path", YAMLText.scalar(health.path)), ("port", health.port), ("interval", health.interval),
            ("timeout", health.timeout), ("deadline", health.deadline),
        ].compactMap { name, value in value.map { "\(name): \($0)" } }
        return """
            # A version takes over when this answers 2xx or 3xx.
            health: { \(members.joined(separator: ", ")) }
            """
    }

    private var environmentPart: String? {
        guard !environment.isEmpty else { return nil }
        let lines = environment.map { "  \($0.name): \(YAMLText.scalar($0.value))" }
        return "# The image's variables, which a process is not given by itself.\nenv:\n"
            + lines.joined(separator: "\n")
    }

    private var hints: String {
        let url = "\"${requires.data.url}\""
        return """
            # What it needs, made before it starts; `deployd get slugs` lists what there is, with its outputs.
            # requires: { data: sqlite }
            # \(environment.isEmpty ? "env: { DATABASE_URL: \(url) }" : "and in env: DATABASE_URL: \(url)")
            """
    }
}
