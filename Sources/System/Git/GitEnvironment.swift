/// The surroundings of every git process: nothing of the machine's configuration, no questions, no hooks.
public struct GitEnvironment: Sendable, Hashable {
    /// What git takes over from deployd's own environment: where programs are, the user's ssh agent and keys, proxies
    /// and certificate authorities.
    static let inherited = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "SSH_AUTH_SOCK", "http_proxy", "https_proxy", "HTTPS_PROXY",
        "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]

    /// The text of the one configuration file that git reads besides the mirror's own.
    ///
    /// `safe.directory` is honoured only from a file, and `upload-pack` of a `file://` repository reads it too. An empty
    /// `helper` takes away helpers that would ask.
    static let configuration = """
        [safe]
        \tdirectory = *
        [core]
        \thooksPath = /dev/null
        \tautocrlf = false
        \tfsmonitor = false
        [credential]
        \thelper =
        [gc]
        \tauto = 0
        [maintenance]
        \tauto = false
        [protocol]
        \tversion = 2
        [http]
        \tlowSpeedLimit = 1000
        \tlowSpeedTime = 30
        [submodule]
        \trecurse = false
        [advice]
        \tdetachedHead = false

        """

    /// `BatchMode` makes ssh fail instead of asking; the alive checks end a connection that hangs after 45 s.
    static let secureShell = "ssh -o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=15"

    private let base: [String: String]

    /// - Parameters:
    ///   - outer: deployd's own environment.
    ///   - configurationFile: where `configuration` was written.
    init(outer: [String: String], configurationFile: String) {
        var base = outer.filter { GitEnvironment.inherited.contains($0.key) }
        base["PATH"] = base["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        base["LC_ALL"] = "C"
        base["GIT_TERMINAL_PROMPT"] = "0"
        base["GIT_CONFIG_NOSYSTEM"] = "1"
        base["GIT_CONFIG_GLOBAL"] = configurationFile
        base["GIT_ATTR_NOSYSTEM"] = "1"
        base["GIT_SSH_COMMAND"] = GitEnvironment.secureShell
        base["GIT_NO_REPLACE_OBJECTS"] = "1"
        self.base = base
    }

    /// The whole environment of a command that talks to `scheme` only, or to nobody.
    func variables(for scheme: RepositoryURL.Scheme?) -> [String: String] {
        base.merging(["GIT_ALLOW_PROTOCOL": scheme?.rawValue ?? "none"]) { _, new in new }
    }
}
