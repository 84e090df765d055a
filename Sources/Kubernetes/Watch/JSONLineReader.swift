import Core

/// Takes a stream of JSON texts, one a line, apart while it comes.
struct JSONLineReader {
    private let maximumBytes: Int
    /// The bytes of a line whose end has not come.
    private var rest: [UInt8] = []

    /// - Parameter maximumBytes: of one text.
    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// - Returns: the texts that ended in `bytes`.
    /// - Throws: `DeploydError`: `tooLarge`, or `unavailable` for what is no JSON.
    mutating func feed(_ bytes: [UInt8]) throws(DeploydError) -> [JSONValue] {
        var values: [JSONValue] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = rest.isEmpty ? bytes[start..<end] : (rest + bytes[start..<end])[...]
            rest = []
            start = end + 1
            if let value = try value(line) { values.append(value) }
        }
        guard rest.count + bytes.count - start <= maximumBytes else { throw tooLarge }
        rest += bytes[start...]
        return values
    }

    private func value(_ line: ArraySlice<UInt8>) throws(DeploydError) -> JSONValue? {
        guard line.count <= maximumBytes else { throw tooLarge }
        guard line.contains(where: { $0 > 0x20 }) else { return nil }
        do { return try JSONValue.parse(line, depth: APIAnswer.depth) } catch {
            throw DeploydError(.unavailable, "the cluster sent what is no JSON while it was watched")
        }
    }

    private var tooLarge: DeploydError {
        DeploydError(
            .tooLarge,
            "the cluster sent an object of more than \(maximumBytes) bytes while it was watched")
    }
}
