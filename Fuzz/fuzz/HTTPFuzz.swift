import HTTPServer

/// A connection's bytes come to the same requests and bodies however they are split.
enum HTTPFuzz {
    static func check(_ bytes: [UInt8]) -> Int32 {
        // The first byte chooses how they are split.
        let step = 1 + Int(bytes.first ?? 0) % 17
        let pieces = Array(repeating: step, count: bytes.count / step + 1)
        if outcome(bytes, pieces) != outcome(bytes, []) { fail("another outcome in pieces of \(step)") }
        return 0
    }

    private static func outcome(_ bytes: [UInt8], _ pieces: [Int]) -> [String] {
        reading(bytes, pieces: pieces, limits: HTTPLimits(), bodyLimit: 4096)
    }
}
