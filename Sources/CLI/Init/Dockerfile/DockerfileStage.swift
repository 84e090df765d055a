import Core

/// What a stage of a Dockerfile says of how its image is run.
struct DockerfileStage: Equatable {
    /// A command in one of its two forms.
    enum Words: Equatable {
        case exec([String])
        /// For a shell.
        case shell(String)

        init(_ text: String) {
            let words = (try? JSONValue.parse(text))?.array.map { $0.compactMap(\.string) }
            self = words.map { .exec($0) } ?? .shell(text)
        }
    }

    struct Variable: Equatable {
        let name: String
        let value: String
    }

    struct HealthCheck: Equatable {
        /// Of `--interval` and the like, without the dashes.
        let options: [String: String]
        let command: Words
    }

    var directory: String?
    /// As they are written, after variables: `8080`, `53/udp`, `7000-7005`.
    var ports: [String] = []
    var entrypoint: Words?
    var command: Words?
    var shell = ["/bin/sh", "-c"]
    var healthCheck: HealthCheck?
    var environment: [Variable] = []
    /// The names of what `docker build --build-arg` may set in the last stage.
    var arguments: [String] = []
    /// Things that could not be understood, as sentences.
    var notes: [String] = []
}

extension DockerfileStage {
    /// The last stage of a file, with what it has from the stages that it is made from; nil without `FROM`.
    static func last(of file: String) -> DockerfileStage? {
        var reader = DockerfileReader()
        for instruction in DockerfileInstruction.all(of: file) { reader.take(instruction) }
        return reader.stage
    }
}
