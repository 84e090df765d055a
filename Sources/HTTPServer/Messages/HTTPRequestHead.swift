/// What came before the body of one request: the received bytes, and where in them each part is.
///
/// A class, so that copying a request costs one reference count; it never changes.
final class HTTPRequestHead: Sendable {
    /// Offsets of one header field in `bytes`.
    struct Field: Sendable {
        var name: Range<Int32>
        var value: Range<Int32>
    }

    let bytes: [UInt8]
    let fields: [Field]
    let method: HTTPMethod
    let target: RequestTarget
    /// 0 or 1: the request is HTTP/1.0 or HTTP/1.1.
    let minorVersion: Int
    let framing: BodyFraming
    /// Whether the client lets the connection go on after the response.
    let keepsAlive: Bool
    let expectsContinue: Bool

    init(
        bytes: [UInt8], fields: [Field], method: HTTPMethod, target: RequestTarget, minorVersion: Int,
        framing: BodyFraming, keepsAlive: Bool, expectsContinue: Bool
    ) {
        self.bytes = bytes
        self.fields = fields
        self.method = method
        self.target = target
        self.minorVersion = minorVersion
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
    }

    /// The values of the fields called `name` (in any case), in the order received.
    func values(named name: String) -> [String] {
        var name = name
        return name.withUTF8 { wanted in
            fields.filter { matches($0.name, wanted) }.map { text($0.value) }
        }
    }

    func firstValue(named name: String) -> String? {
        var name = name
        return name.withUTF8 { wanted in
            for field in fields where matches(field.name, wanted) { return text(field.value) }
            return nil
        }
    }

    func text(_ range: Range<Int32>) -> String {
        bytes.withUnsafeBufferPointer {
            String(decoding: $0[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
        }
    }

    private func matches(_ range: Range<Int32>, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
        guard range.count == wanted.count else { return false }
        let start = Int(range.lowerBound)
        return wanted.indices.allSatisfy { ByteClass.lowercased(bytes[start + $0]) == ByteClass.lowercased(wanted[$0]) }
    }

    /// In place of one that is not needed any more.
    static let spent = HTTPRequestHead(
        bytes: [], fields: [], method: .get, target: .root, minorVersion: 1, framing: .none, keepsAlive: false,
        expectsContinue: false)
}
