import Core
import Formats

/// `build:`.
enum BuildFormat {
    /// Room for the keys that are not built yet.
    struct Build: Sendable {
        let command: [Template]?
    }

    static let command = Field(
        "command", .arguments, "The program that builds it in its folder, where no container does; no shell is involved"
    )

    static let shape = Shape<Build>.mapping([
        command,
        UnbuiltField("context", "The folder an image is built from"),
        UnbuiltField("dockerfile", "The file an image is built by"),
        UnbuiltField("args", "Arguments of an image's build"),
    ]) { Build(command: $0[command]) }
}

/// `health:`, before it is known which ports there are.
enum HealthFormat {
    struct Health: Sendable {
        let path: String?
        let port: String?
        let interval: Duration?
        let timeout: Duration?
        let deadline: Duration?
    }

    static let path = Field(
        "path", .string(.urlPath), "A GET here must answer 2xx or 3xx; default: the port accepts connections")
    static let port = Field("port", .name, "The port that is asked; default: http, else the first")
    static let interval = Field("interval", .duration(.seconds(1) ... .seconds(3600)), "How often; default 5s")
    static let timeout = Field(
        "timeout", .duration(.milliseconds(10) ... .seconds(300)), "How long an answer may take; default 2s")
    static let deadline = Field(
        "deadline", .duration(.seconds(1) ... .seconds(3600)),
        "How long a new version may take to become healthy; default 60s")

    static let shape = Shape<Health>.mapping([path, port, interval, timeout, deadline]) { reader in
        Health(
            path: reader[path], port: reader[port], interval: reader[interval], timeout: reader[timeout],
            deadline: reader[deadline])
    }
}

/// `limits:`.
enum LimitsFormat {
    static let cpu = Field("cpu", .cpu, "Processors")
    static let memory = Field("memory", .memory, "Memory")

    static let shape = Shape<WorkloadLimits>.mapping([cpu, memory]) { reader in
        WorkloadLimits(cpuMillis: reader[cpu].map { Int($0) }, memoryBytes: reader[memory])
    }
}

extension Shape where Value == Template {
    /// An environment variable's text. The kernel starts no program with one of more than 128 KB (execve(2)).
    static let variable = template.checked { text, place in
        let count = place.node.scalar?.text.utf8.count ?? 0
        if count > 100_000 { place.fail("\(count) bytes; 100000 are the most") }
        return text
    }
}

extension Shape where Value == [Template] {
    /// A program and its arguments.
    static let arguments = Shape.list(of: .template, minimum: 1).checked(atMost: 1000).checked { words, place in
        if words.first?.parts.isEmpty == true { place.fail("the first word is the program and must not be empty") }
        return words
    }
}

extension Shape where Value == JSONValue {
    /// A scalar where `${}` is refused.
    static let withoutReferences = scalar.checked { value, place in
        let (template, errors) = Template.parse(value.string ?? "")
        if !errors.isEmpty || !template.references.isEmpty { place.fail("references are not built yet here") }
        return template.literal.map { value.string == nil ? value : .string($0) }
    }
}
