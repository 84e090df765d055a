extension CommandEntry {
    static let version = CommandEntry(CommandSpec("version", summary: "Prints the version")) { context in
        context.console.line("deployd \(ProgramVersion.text)")
    }
}

/// The version of this program.
public enum ProgramVersion {
    public static let text = "0.1.0"
}
