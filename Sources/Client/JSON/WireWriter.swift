import Core

/// Writes what an `Encodable` says of itself as JSON text, while it says it. Containers have no end of their own: one is
/// closed when something is put beside or after it.
final class WireWriter {
    private enum Kind { case object, array }

    private struct Open {
        let kind: Kind
        /// Of an object: where each member begins, and the length of its key.
        var members: [(start: Int, key: Int)] = []
        var count = 0
        /// Whether each key was greater than the one before.
        var isSorted = true
    }

    private(set) var output: [UInt8] = []
    private var open: [Open] = []

    init() { output.reserveCapacity(512) }

    var depth: Int { open.count }

    /// How many elements the array at `depth` has.
    func count(at depth: Int) -> Int { open.indices.contains(depth - 1) ? open[depth - 1].count : 0 }

    func put<Value: Encodable>(_ value: Value) throws {
        // Types are compared first: a cast that fails costs more than writing a number.
        if Value.self == String.self, let value = value as? String { return JSONText.write(value, to: &output) }
        if Value.self == Int64.self, let value = value as? Int64 { return JSONText.write(value, to: &output) }
        if Value.self == Int.self, let value = value as? Int { return JSONText.write(Int64(value), to: &output) }
        if Value.self == Bool.self, let value = value as? Bool { return JSONText.write(value, to: &output) }
        if Value.self == Double.self, let value = value as? Double { return JSONText.write(value, to: &output) }
        if Value.self == JSONValue.self, let value = value as? JSONValue { return value.write(to: &output) }
        if Value.self == Timestamp.self, let value = value as? Timestamp { return write(value) }
        let before = (depth, output.count)
        switch value {
        case let value as any BinaryInteger:
            if let value = Int64(exactly: value) { JSONText.write(value, to: &output) } else { putNull() }
        default:
            try value.encode(to: WireEncoder(writer: self))
            close(to: before.0)
            // It said nothing at all.
            if output.count == before.1 { putNull() }
        }
    }

    private func write(_ moment: Timestamp) {
        output.append(UInt8(ascii: "\""))
        moment.write(to: &output)
        output.append(UInt8(ascii: "\""))
    }

    func putNull() { output.append(contentsOf: "null".utf8) }

    /// - Returns: the depth of what is in it.
    func openObject() -> Int { begin(.object, UInt8(ascii: "{")) }
    func openArray() -> Int { begin(.array, UInt8(ascii: "[")) }

    private func begin(_ kind: Kind, _ mark: UInt8) -> Int {
        output.append(mark)
        open.append(Open(kind: kind))
        return depth
    }

    /// Begins a member of the object at `depth`: its value is to follow.
    func member(_ key: String, at depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 { output.append(UInt8(ascii: ",")) }
        let start = output.count
        JSONText.write(key, to: &output)
        note((start, output.count - start), at: depth - 1)
        output.append(UInt8(ascii: ":"))
    }

    /// Begins an element of the array at `depth`.
    func element(at depth: Int) {
        close(to: depth)
        if open[depth - 1].count > 0 { output.append(UInt8(ascii: ",")) }
        open[depth - 1].count += 1
    }

    private func note(_ member: (start: Int, key: Int), at index: Int) {
        if let last = open[index].members.last, !key(of: last).lexicographicallyPrecedes(key(of: member)) {
            open[index].isSorted = false
        }
        open[index].members.append(member)
        open[index].count += 1
    }

    private func key(of member: (start: Int, key: Int)) -> ArraySlice<UInt8> {
        // Without its quotes: the closing one would be compared with the letters of a longer key.
        output[(member.start + 1)..<(member.start + member.key - 1)]
    }

    private func close(to depth: Int) {
        while open.count > depth, let last = open.popLast() {
            if !last.isSorted { sort(last.members) }
            output.append(last.kind == .object ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
    }

    /// Puts the members of the object that ends here in the order of their keys.
    private func sort(_ members: [(start: Int, key: Int)]) {
        let ends = members.dropFirst().map { $0.start - 1 } + [output.count]
        let order = members.indices.sorted { key(of: members[$0]).lexicographicallyPrecedes(key(of: members[$1])) }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(output.count - members[0].start)
        for (place, index) in order.enumerated() {
            if place > 0 { sorted.append(UInt8(ascii: ",")) }
            sorted += output[members[index].start..<ends[index]]
        }
        output.replaceSubrange(members[0].start..., with: sorted)
    }
}
