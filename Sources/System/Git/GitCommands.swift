/// Builds the commands of one mirror. Pure: what is run is in the tests word by word.
struct GitCommands: Sendable {
    let executable: String
    let directory: String
    let environment: GitEnvironment

    private func command(
        _ verb: [String], scheme: RepositoryURL.Scheme? = nil, settings: [String] = []
    ) -> Command {
        let global = ["--git-dir=\(directory)", "--literal-pathspecs", "-c", "core.hooksPath=/dev/null"]
        return Command(
            executable, global + settings.flatMap { ["-c", $0] } + verb,
            environment: environment.variables(for: scheme), directory: directory)
    }

    /// `git init` of the bare mirror; it has no template, so no sample hooks.
    func create() -> Command { command(["init", "--quiet", "--bare", "--template="]) }

    /// One fetch into our own refs.
    /// - Parameters:
    ///   - source: a full ref name or a commit.
    ///   - shallow: asks for that commit alone. Only for a mirror without history: git would cut what is there.
    ///   - helper: the credential helper, for the URL's host only.
    func fetch(
        _ source: String, into target: String, from url: RepositoryURL, shallow: Bool, helper: String?
    ) -> Command {
        let depth = shallow ? ["--depth=1"] : []
        return command(
            [
                "fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                "--no-auto-maintenance",
            ] + depth + ["--end-of-options", url.text, "+\(source):\(target)"],
            scheme: url.scheme, settings: GitCommands.settings(helper, url))
    }

    /// The whole history of a ref, for servers that give only the heads of refs.
    func unshallow(_ source: String, into target: String, from url: RepositoryURL, helper: String?) -> Command {
        command(
            [
                "fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                "--no-auto-maintenance", "--unshallow", "--end-of-options", url.text, "+\(source):\(target)",
            ],
            scheme: url.scheme, settings: GitCommands.settings(helper, url))
    }

    func remoteReferences(_ url: RepositoryURL, helper: String?) -> Command {
        command(
            ["ls-remote", "--quiet", "--symref", "--end-of-options", url.text, "HEAD", "refs/heads/*", "refs/tags/*"],
            scheme: url.scheme, settings: GitCommands.settings(helper, url))
    }

    /// The commit that a name of ours stands for, through annotated tags.
    func resolve(_ name: String) -> Command {
        command(["rev-parse", "--quiet", "--verify", "--end-of-options", "\(name)^{commit}"])
    }

    func isShallow() -> Command { command(["rev-parse", "--is-shallow-repository"]) }

    func keep(_ commit: String) -> Command {
        command(["update-ref", "--end-of-options", GitCommands.keptReference(commit), commit])
    }

    func release(_ commit: String) -> Command {
        command(["update-ref", "-d", "--end-of-options", GitCommands.keptReference(commit)])
    }

    /// The entry of one path, or with a `/` at its end those below it.
    func entry(_ path: String, at commit: String) -> Command {
        command(["ls-tree", "-z", "--long", "--full-tree", "--end-of-options", commit, path])
    }

    /// The entries of several paths.
    func entries(of paths: [String], at commit: String) -> Command {
        command(["ls-tree", "-z", "--long", "--full-tree", "--end-of-options", commit] + paths)
    }

    func entries(at commit: String) -> Command {
        command(["ls-tree", "-z", "--long", "--full-tree", "--end-of-options", commit])
    }

    /// Every file of the commit.
    func allEntries(at commit: String) -> Command {
        command(["ls-tree", "-r", "-z", "--long", "--full-tree", "--end-of-options", commit])
    }

    func rootTree(of commit: String) -> Command {
        command(["rev-parse", "--quiet", "--verify", "--end-of-options", "\(commit)^{tree}"])
    }

    func content(of object: String) -> Command { command(["cat-file", "blob", object]) }

    /// Several, each behind a line that says what it is.
    func contents(of objects: [String]) -> Command {
        var command = command(["cat-file", "--batch"])
        command.input = Array(objects.map { "\($0)\n" }.joined().utf8)
        return command
    }

    /// The files as an archive; the mirror's `info/attributes` undo what the repository's own would change in it.
    func archive(_ commit: String) -> Command {
        command(["archive", "--format=tar", "--end-of-options", commit], settings: ["tar.umask=0022"])
    }

    func maintain() -> Command { command(["gc", "--quiet", "--prune=2.weeks.ago"]) }

    /// What keeps a fetched commit from being collected.
    static func keptReference(_ commit: String) -> String { "refs/deployd/commits/\(commit)" }

    /// Where a ref's head is put until it is kept by its commit.
    static let fetchedReference = "refs/deployd/fetched"

    /// The credential helper is set for one origin, so that a redirect elsewhere is not given the password.
    private static func settings(_ helper: String?, _ url: RepositoryURL) -> [String] {
        helper.map { ["credential.\(url.origin).helper=\($0)"] } ?? []
    }
}
