/// A program to run, with everything it is given: nothing is inherited from deployd.
public struct Command: Sendable, CustomStringConvertible, CustomReflectable {
    /// A path, or a name that is looked for in the `PATH` of `environment`. A relative path starts at `directory`.
    public var executable: String
    /// What follows the program's name.
    public var arguments: [String]
    /// The whole environment.
    public var environment: [String: String]
    /// Where it runs; deployd's own working directory when nil.
    public var directory: String?
    /// Its standard input. Held in memory only; `/dev/null` when empty.
    public var input: [UInt8]
    /// Sends what it prints on standard error into standard output, in order (`2>&1`).
    public var mergesErrorOutput: Bool

    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, input: [UInt8] = [], mergesErrorOutput: Bool = false
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.input = input
        self.mergesErrorOutput = mergesErrorOutput
    }

    /// The program's file name, for messages: arguments may hold secrets, so they are never shown.
    public var name: String {
        executable.split(separator: "/").last.map(String.init) ?? executable
    }

    public var description: String { name }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
