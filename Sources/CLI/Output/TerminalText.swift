import Synchronization

/// What a program printed, made fit for a terminal: its colours stay, whatever else a terminal would act on goes, such as
/// moving the cursor, setting the title, or answering as if somebody had typed. Fed in pieces, which may end anywhere.
struct TerminalText {
    private enum State {
        case text
        /// After ESC.
        case escape
        /// After ESC and an intermediate byte: the next that is none ends it.
        case designation
        /// A control sequence (ECMA-48 §5.4), with what was read of it.
        case control([Unicode.Scalar])
        /// A string for the terminal (OSC, DCS, APC, PM, SOS), until BEL or ST.
        case string
        /// Within a string, after ESC.
        case stringEscape
    }

    /// A sequence of colours is not longer.
    private static let longest = 64

    private let keepsColour: Bool
    private var state = State.text
    /// The beginning of a character that the next piece goes on with.
    private var rest: [UInt8] = []
    private var isColoured = false

    /// - Parameter keepsColour: whether sequences that only set colours stay.
    init(keepsColour: Bool) { self.keepsColour = keepsColour }

    /// What of the next piece may be shown.
    mutating func show(_ bytes: [UInt8]) -> [UInt8] {
        let all = rest + bytes
        let end = TerminalText.end(of: all)
        rest = Array(all[end...])
        return shown(String(decoding: all[..<end], as: UTF8.self))
    }

    /// What is left at the end, in the colours of before.
    mutating func finish() -> [UInt8] {
        let left = shown(String(decoding: rest, as: UTF8.self))
        rest = []
        defer { isColoured = false }
        return left + (isColoured ? Array("\u{1B}[0m".utf8) : [])
    }

    private mutating func shown(_ text: String) -> [UInt8] {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { take(scalar, &output) }
        return Array(String(output).utf8)
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ output: inout String.UnicodeScalarView) {
        // Nothing that a program forgot to end may hide the lines after it.
        if scalar == "\n" { state = .text }
        switch state {
        case .text: takeText(scalar, &output)
        case .escape: state = afterEscape(scalar)
        case .designation: if !(0x20...0x2F).contains(scalar.value) { state = .text }
        case .control(let read): takeControl(read, scalar, &output)
        case .string:
            if scalar == "\u{7}" || scalar == "\u{9C}" { state = .text }
            if scalar == "\u{1B}" { state = .stringEscape }
        case .stringEscape: state = scalar == "\\" ? .text : afterEscape(scalar)
        }
    }

    private mutating func takeText(_ scalar: Unicode.Scalar, _ output: inout String.UnicodeScalarView) {
        switch scalar {
        case "\u{1B}": state = .escape
        case "\u{9B}": state = .control([])
        case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": state = .string
        case "\n", "\r", "\t": output.append(scalar)
        default: if !String.isControl(scalar) { output.append(scalar) }
        }
    }

    private func afterEscape(_ scalar: Unicode.Scalar) -> State {
        switch scalar {
        case "[": .control([])
        case "]", "P", "X", "^", "_": .string
        case "\u{1B}": .escape
        default: (0x20...0x2F).contains(scalar.value) ? .designation : .text
        }
    }

    private mutating func takeControl(
        _ read: [Unicode.Scalar], _ scalar: Unicode.Scalar, _ output: inout String.UnicodeScalarView
    ) {
        switch scalar.value {
        case 0x20...0x3F where read.count < TerminalText.longest: state = .control(read + [scalar])
        case 0x1B: state = .escape
        default:
            state = .text
            let isColour = read.allSatisfy { ("0"..."9").contains($0) || $0 == ";" || $0 == ":" }
            guard scalar == "m", isColour, keepsColour else { return }
            output.append(contentsOf: ["\u{1B}", "["] + read + [scalar])
            isColoured = !read.allSatisfy { $0 == "0" }
        }
    }

    /// Where the last character that is not whole begins, or the end.
    private static func end(of bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}

/// What a program printed, as it may be shown where it goes: fit for a terminal there, and elsewhere as it is.
final class ShownText: Sendable {
    /// nil: as it is.
    private let text: Mutex<TerminalText?>

    fileprivate init(_ text: TerminalText?) { self.text = Mutex(text) }

    /// The next piece.
    func show(_ bytes: [UInt8]) -> [UInt8] { text.withLock { $0?.show(bytes) ?? bytes } }

    /// What is left at the end.
    func finish() -> [UInt8] { text.withLock { $0?.finish() ?? [] } }
}

extension Console {
    /// - Parameters:
    ///   - isNote: on standard error, as `progress`.
    ///   - keepsColour: where they do not run into what comes from elsewhere.
    func shown(asNote isNote: Bool, keepsColour: Bool = true) -> ShownText {
        let isOnTerminal = isNote ? notesAreOnTerminal : isTerminal
        return ShownText(isOnTerminal ? TerminalText(keepsColour: keepsColour && hasColour) : nil)
    }
}
