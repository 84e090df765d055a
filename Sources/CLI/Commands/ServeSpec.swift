/// What `serve` takes; the server itself is put together elsewhere.
enum ServeSpec {
    static let spec = CommandSpec(
        "serve", summary: "Runs the server",
        options: [
            OptionSpec(
                "--worlds", value: "DIR", environment: "DEPLOYD_WORLDS",
                help: "world files; default worlds; without any there is one world, 'local'"),
            OptionSpec(
                "--resource-repos", value: "DIR", environment: "DEPLOYD_RESOURCE_REPOS",
                help: "resource repositories; default resource-repos"),
            OptionSpec(
                "--data", value: "DIR", environment: "DEPLOYD_DATA",
                help: "what the server keeps; default ~/.local/share/deployd"),
            OptionSpec(
                "--listen", value: "HOST:PORT", environment: "DEPLOYD_LISTEN",
                help: "where it accepts requests; default 127.0.0.1:8420; port 0: any free one"),
            OptionSpec(
                "--allow-local-repositories", environment: "DEPLOYD_ALLOW_LOCAL_REPOSITORIES",
                help: "code repositories may be file:// URLs"),
            OptionSpec(
                "--sweep-interval", value: "TIME", environment: "DEPLOYD_SWEEP_INTERVAL",
                help: "how often code repositories are looked at for pushes whose webhooks were lost; default 5m; off"),
            OptionSpec(
                "--image-wait", value: "TIME", environment: "DEPLOYD_IMAGE_WAIT",
                help: "how long a push waits for an image that is not in its registry yet; default 15m; off"),
            OptionSpec(
                "--max-deliveries", value: "N", environment: "DEPLOYD_MAX_DELIVERIES",
                help: "how many webhooks may wait to be processed; further ones are answered 429; default 50000"),
            OptionSpec(
                "--max-repository-deliveries", value: "N", environment: "DEPLOYD_MAX_REPOSITORY_DELIVERIES",
                help: "how many of them may be of one repository; default 10000"),
            OptionSpec(
                "--log-level", value: "LEVEL", environment: "DEPLOYD_LOG_LEVEL",
                help: "debug, info (default), warning or error"),
        ],
        discussion: """
            Prints `ready http://HOST:PORT` once it accepts requests. SIGTERM and SIGINT let running requests end and
            exit 0; what it deployed goes on running. SIGHUP, or a change of the files, reads worlds and resource
            repositories again; if the new ones have errors, the old ones stay.
            """)
}
