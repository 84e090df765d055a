/// One request of the API: what is asked, without where and by whom.
struct APICall: Sendable {
    var method: String
    /// With its leading `/`, each segment percent-encoded.
    var path: String
    var query: [(String, String)] = []
    var headers: [(String, String)] = []
    /// JSON.
    var body: [UInt8]?
    var timeout: Duration = .seconds(30)

    /// - Parameters:
    ///   - segments: below `/api/v1`, not encoded.
    ///   - query: nil values are left out.
    init(_ method: String, _ segments: [String], query: [(String, String?)] = []) {
        self.method = method
        path = "/api/v1" + segments.map { "/" + APICall.encode($0) }.joined()
        self.query = query.compactMap { name, value in value.map { (name, $0) } }
    }

    /// A request outside `/api/v1`.
    init(_ method: String, path: String, query: [(String, String?)] = []) {
        self.init(method, [], query: query)
        self.path = path
    }

    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { "\(APICall.encode($0.0))=\(APICall.encode($0.1))" }.joined(separator: "&")
    }

    func with(body: some Encodable) throws -> APICall {
        var copy = self
        copy.body = try WireJSON.bytes(body)
        return copy
    }

    func with(header name: String, _ value: String?) -> APICall {
        guard let value else { return self }
        var copy = self
        copy.headers.append((name, value))
        return copy
    }

    /// Everything but RFC 3986's unreserved characters as `%XX`.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var output: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                output.append(byte)
            default: output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
