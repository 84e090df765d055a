/// Writes status line and header fields (RFC 9112 §4, §6).
struct ResponseHead {
    enum Framing: Equatable {
        case length(Int)
        case chunked
        /// The body ends with the connection.
        case untilClose
        /// 204 and 304 have neither body nor length.
        case none
    }

    let status: Int
    let framing: Framing
    let keepsAlive: Bool
    /// Of the request: 1.0 is told when the connection stays.
    let minorVersion: Int

    func write(_ headers: [(String, String)], date: [UInt8], to output: inout [UInt8]) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(UInt8(ascii: " "))
        output.append(HTTPStatus.reason(status))
        output.append("\r\n")
        output += date
        for (name, value) in headers where !isOurs(name) {
            output.append(safe: name)
            output.append(": ")
            output.append(safe: value)
            output.append("\r\n")
        }
        switch framing {
        case .length(let length):
            output.append("Content-Length: ")
            output.append(decimal: length)
            output.append("\r\n")
        case .chunked: output.append("Transfer-Encoding: chunked\r\n")
        case .untilClose, .none: break
        }
        if !keepsAlive {
            output.append("Connection: close\r\n")
        } else if minorVersion == 0 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
    }

    /// Whether the field is the server's to write.
    private func isOurs(_ name: String) -> Bool {
        switch name.utf8.count {
        case 4: name.lowercased() == "date"
        case 10: name.lowercased() == "connection"
        case 14: name.lowercased() == "content-length"
        case 17: name.lowercased() == "transfer-encoding"
        default: false
        }
    }
}

extension [UInt8] {
    mutating func append(_ text: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal value: Int) {
        if value >= 10 { append(decimal: value / 10) }
        append(UInt8(ascii: "0") + UInt8(value % 10))
    }

    /// Text from a handler: control characters become spaces, so that none can begin another field or response.
    fileprivate mutating func append(safe text: String) {
        let start = count
        self += text.utf8
        for index in start..<count where self[index] < 0x20 || self[index] == 0x7F { self[index] = 0x20 }
    }
}
