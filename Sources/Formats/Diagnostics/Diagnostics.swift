/// Gathers what is wrong with one file while it is read, so that all of it is shown at once.
///
/// It belongs to one reading on one task, and is not `Sendable`.
public final class Diagnostics {
    /// A file that is wrong everywhere says so this many times; what follows is left out.
    public static let limit = 100

    public let file: String
    private var found: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    public init(file: String) { self.file = file }

    public var isEmpty: Bool { found.isEmpty }

    /// Nothing more is kept: whoever would work to find more errors need not.
    public var isFull: Bool { found.count >= Diagnostics.limit }

    /// Adds an error. The same one is kept once, so a value may be read twice.
    public func report(_ position: SourcePosition, _ path: DocumentPath = .root, _ message: String) {
        add(Diagnostic(file: file, position: position, path: path, message: message))
    }

    public func add(_ diagnostic: Diagnostic) {
        if !isFull, known.insert(diagnostic).inserted { found.append(diagnostic) }
    }

    /// All errors by position; those of one position in the order they were found.
    public var sorted: [Diagnostic] {
        let ordered = found.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }.map(\.element)
        guard isFull, let last = ordered.last else { return ordered }
        let message = "no more than \(Diagnostics.limit) errors are shown; there may be others"
        return ordered + [Diagnostic(file: file, position: last.position, message: message)]
    }

    /// The outcome of the reading: `value` counts only if nothing is wrong.
    public func outcome<Value>(_ value: Value?) -> Parsed<Value> {
        Parsed(value: isEmpty ? value : nil, diagnostics: sorted)
    }
}
