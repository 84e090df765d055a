/// The ports of an image, with names.
struct DockerfilePorts {
    /// Those that web servers commonly listen on.
    private static let web = [80, 8080, 8000, 3000, 5000]
    private static let maximum = 20

    private(set) var ports: [ServiceDraft.Port] = []
    private(set) var notes: [String] = []

    init(_ stage: DockerfileStage) {
        var numbers: [Int] = []
        for text in stage.ports {
            guard let found = DockerfilePorts.numbers(text) else {
                notes.append("'EXPOSE \(text)' is left out: only ports of TCP can be reached")
                continue
            }
            numbers += found.filter { !numbers.contains($0) }
        }
        if numbers.isEmpty, let value = stage.environment.last(where: { $0.name == "PORT" })?.value,
            let number = Int(value), (1...65_535).contains(number)
        {
            numbers = [number]
        }
        if numbers.count > DockerfilePorts.maximum {
            notes.append("only the first \(DockerfilePorts.maximum) of \(numbers.count) ports are taken")
        }
        ports = DockerfilePorts.named(Array(numbers.prefix(DockerfilePorts.maximum)))
    }

    /// `8080`, `8080/tcp` or `7000-7005`; nil for another protocol, and what is no port.
    private static func numbers(_ text: String) -> [Int]? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2 && parts[1].lowercased() == "tcp" else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            (1...65_535).contains(first), (1...65_535).contains(last)
        else { return nil }
        return Array(first...last)
    }

    /// The one that is most likely a web server's is `http`.
    private static func named(_ numbers: [Int]) -> [ServiceDraft.Port] {
        let main = numbers.first(where: web.contains) ?? numbers.first
        return numbers.map { number in
            ServiceDraft.Port(name: number == main ? "http" : "port-\(number)", number: number)
        }
    }

    /// A fixed port of the image becomes the one that deployd gives.
    static func replaced(in text: String, _ ports: [ServiceDraft.Port]) -> String {
        ports.reduce(text) { text, port in
            var output = ""
            var rest = text[...]
            while let range = rest.firstRange(of: "\(port.number)") {
                let before = rest[..<range.lowerBound].last ?? output.last
                let after = rest[range.upperBound...].first
                let isWhole =
                    [before, after].allSatisfy { $0.map { !($0.isLetter || $0.isNumber || $0 == ".") } ?? true }
                    // A small number may be an amount.
                    && (port.number >= 1000 || before == ":")
                output += rest[..<range.lowerBound]
                output += isWhole ? "${ports.\(port.name)}" : "\(port.number)"
                rest = rest[range.upperBound...]
            }
            return output + rest
        }
    }

    /// A `${` of theirs is none of ours.
    static func escaped(_ text: String) -> String { text.replacing("${", with: "$${") }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
