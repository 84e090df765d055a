import TestSupport

/// Changes one thing, of the kinds that make parsers disagree.
func mutate(_ bytes: inout [UInt8], from seeds: [String], _ random: inout SeededGenerator) {
    guard let index = bytes.indices.randomElement(using: &random) else { return }
    let telling = Array("\r\n\0 :;%/.?&=,0123456789abcdefGETHTTP\t\u{7F}".utf8) + [0x80, 0xFF]
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[index] = telling.randomElement(using: &random) ?? 0
    case 1: bytes.insert(telling.randomElement(using: &random) ?? 0, at: index)
    case 2: bytes.remove(at: index)
    case 3: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 4:
        let end = min(bytes.count, index + Int.random(in: 1...20, using: &random))
        bytes.insert(contentsOf: bytes[index..<end], at: bytes.indices.randomElement(using: &random) ?? 0)
    default:
        let other = Array((seeds.randomElement(using: &random) ?? "").utf8)
        bytes = Array(bytes[..<index]) + other.dropFirst(Int.random(in: 0...other.count, using: &random))
    }
}
