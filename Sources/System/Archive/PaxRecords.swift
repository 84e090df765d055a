import Core

/// What pax headers say of the entry that follows (POSIX.1-2017, pax, "pax Extended Header"). Keys that do not change
/// what is unpacked, such as times and owners, are ignored.
struct PaxRecords: Equatable {
    var path: String?
    var linkPath: String?
    var size: Int?

    /// Reads records `LENGTH KEY=VALUE\n`.
    /// - Throws: `DeploydError.invalid` when they are malformed or describe a sparse file.
    static func parse(_ bytes: [UInt8]) throws(DeploydError) -> PaxRecords {
        var records = PaxRecords()
        var rest = bytes[...]
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.count <= 7,
                length > digits.count + 2, length <= rest.count
            else { throw malformed }
            let record = rest.prefix(length)
            guard record[record.startIndex + digits.count] == 0x20, record.last == 0x0a,
                let equals = record.firstIndex(of: UInt8(ascii: "="))
            else { throw malformed }
            let key = String(decoding: record[(record.startIndex + digits.count + 1)..<equals], as: UTF8.self)
            try records.set(key, record[(equals + 1)...].dropLast())
            rest = rest.dropFirst(length)
        }
        return records
    }

    private mutating func set(_ key: String, _ value: ArraySlice<UInt8>) throws(DeploydError) {
        switch key {
        case "path": path = try TarHeader.utf8(value)
        case "linkpath": linkPath = try TarHeader.utf8(value)
        case "size":
            guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else {
                throw PaxRecords.malformed
            }
            size = number
        default:
            guard !key.hasPrefix("GNU.sparse.") else {
                throw DeploydError(.invalid, "the archive holds a sparse file: make it without --sparse")
            }
        }
    }

    /// The records as the content of a header of type `x`.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        if let path { bytes += PaxRecords.record("path", path) }
        if let linkPath { bytes += PaxRecords.record("linkpath", linkPath) }
        return bytes
    }

    /// A record's length counts its own digits.
    private static func record(_ key: String, _ value: String) -> [UInt8] {
        let body = " \(key)=\(value)\n"
        var length = body.utf8.count
        while length != body.utf8.count + String(length).utf8.count {
            length = body.utf8.count + String(length).utf8.count
        }
        return Array("\(length)\(body)".utf8)
    }

    private static let malformed = DeploydError(.invalid, "the tar archive is damaged: a pax header is malformed")
}
