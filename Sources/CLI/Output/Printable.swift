extension String {
    /// On one line, and without what a terminal would act on: names and reasons come from outside.
    var printable: String {
        let isPlain = unicodeScalars.allSatisfy { !String.isControl($0) }
        guard !isPlain else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { String.isControl($0) ? " " : $0 }))
    }

    /// The C0 and C1 control characters, and those that change the direction of what follows.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
