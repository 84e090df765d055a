/// The way from a document's root to one of its values, such as `targets[0].name`.
public struct DocumentPath: Sendable, Hashable, CustomStringConvertible {
    public enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    public let steps: [Step]

    public init(_ steps: [Step] = []) { self.steps = steps }

    /// A path of keys only.
    public init(_ keys: String...) { steps = keys.map(Step.key) }

    public static let root = DocumentPath([])

    public func appending(_ key: String) -> DocumentPath { DocumentPath(steps + [.key(key)]) }
    public func appending(_ index: Int) -> DocumentPath { DocumentPath(steps + [.index(index)]) }

    /// As people read it; empty for the root.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + shortened(key)
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }

    /// The same as a JSON Pointer (RFC 6901), for errors about JSON bodies.
    public var pointer: String {
        steps.map { step in
            switch step {
            case .key(let key): "/" + key.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
            case .index(let index): "/\(index)"
            }
        }.joined()
    }
}

/// `text` for one line of a message: what is not seen, or changes how the rest is seen, replaced; cut at `limit` code
/// points.
public func shortened(_ text: String, limit: Int = 60) -> String {
    let hidden: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
    let visible = text.unicodeScalars.prefix(limit).map { scalar -> Character in
        hidden.contains(scalar.properties.generalCategory) ? "\u{FFFD}" : Character(scalar)
    }
    return String(visible) + (text.unicodeScalars.count > limit ? "…" : "")
}
