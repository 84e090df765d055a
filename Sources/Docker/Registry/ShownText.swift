/// What others say, for a message of ours: one line, not long.
func shown(_ text: some StringProtocol, limit: Int = 200) -> String {
    let line = text.unicodeScalars.prefix(limit).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }
    let more = text.unicodeScalars.count > limit ? "…" : ""
    return String(String.UnicodeScalarView(line)) + more
}
