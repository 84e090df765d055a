import Formats

/// Words that other programs have for what deployd calls otherwise.
enum OtherWords {
    private static let meanings = [
        "deploy": "`deployd push` deploys a folder, `deployd set-version` a version that was released",
        "up": "`deployd push` deploys a folder",
        "run": "`deployd push` deploys a folder; `deployd serve` is the server",
        "server": "`deployd serve` is the server", "start-server": "`deployd serve` is the server",
        "list": listing, "ls": listing, "show": looking, "describe": looking, "inspect": looking, "ps": looking,
        "log": "`deployd logs` shows what a service prints",
        "history": "`deployd events` shows what happened", "diff": "`deployd plan` says what a deployment would do",
        "undo": "`deployd rollback` sets the version before", "revert": "`deployd rollback` sets the version before",
        "delete": removing, "remove": removing, "rm": removing,
        "down": "`deployd stop` stops, `deployd destroy` removes",
        "new": "`deployd init` writes a deployd.yaml", "create": "`deployd init` writes a deployd.yaml",
        "check": "`deployd validate` checks files, `deployd doctor` a server",
        "lint": "`deployd validate` checks files", "secrets": "`deployd secret list` lists them",
        "hold": "`deployd rollback` holds an environment, `deployd release-hold` lets it go",
        "retry": "`deployd apply` deploys again",
    ]

    private static let listing = "`deployd get KIND` lists, e.g. `deployd get applications`"
    private static let looking = "`deployd status APPLICATION` shows it"
    private static let removing = "`deployd destroy APPLICATION` removes it from a target"

    /// What somebody probably meant by a word that is no command.
    /// - Parameter commands: the first words of those that there are.
    static func hint(_ word: String, commands: [String]) -> String {
        if let meaning = meaning(word) { return "; \(meaning)" }
        guard let nearest = NearestName.find(word, in: commands + meanings.keys.sorted()) else { return "" }
        return commands.contains(nearest) ? "; did you mean '\(nearest)'?" : meaning(nearest).map { "; \($0)" } ?? ""
    }

    private static func meaning(_ word: String) -> String? {
        if let meaning = meanings[word] { return meaning }
        return GetList.names.contains(word) ? "`deployd get \(word)` lists them" : nil
    }
}
