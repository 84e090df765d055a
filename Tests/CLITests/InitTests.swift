import Formats
import Model
import TestSupport
import Testing

@testable import CLI

@Suite struct InitTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let name: String
        var dockerfile: String?
        var files: [String: String] = [:]
        var programs: [String] = []
        /// The file without comments and empty lines, behind its first line.
        let keys: String
        var notes: [String] = []
        var testDescription: String { name }
    }

    private static let fillCommand = "command is to be filled in: the program and its arguments"
    private static let fillBuild = "build.command is to be filled in, if something has to be built"
    private static let fillImageBuild = fillBuild + "; the Dockerfile's RUN lines say what it takes"
    private static let fillPort = "port is to be filled in, if it is reached by others"

    private static let samples: [Sample] = [
        Sample(
            name: "The last of several stages counts, with what it has from the one that it is made from",
            dockerfile: """
                # syntax=docker/dockerfile:1
                ARG BASE=base
                FROM debian AS base
                ENV GREETING="hello there"
                EXPOSE 8080
                CMD ["./ignored"]
                FROM golang as build
                EXPOSE 99
                ENTRYPOINT ["go"]
                FROM ${BASE}
                ARG REVISION
                COPY --from=build /out/server /usr/local/bin/server
                ENTRYPOINT ["/usr/local/bin/server", "--fast"]
                """, files: ["go.mod": "module x\n", "main.go": ""],
            keys: """
                build:
                  command: [go, build, -o, server, "."]
                command: [./server, --fast]
                port: 8080
                env:
                  GREETING: "hello there"
                """),
        Sample(
            name: "Continued lines, comments between, here-documents, lower case",
            dockerfile: """
                from python:3
                workdir /app
                run <<EOF
                expose 1
                EOF
                RUN <<-"END" cat
                \tCMD ["x"]
                \tEND
                # EXPOSE 2
                expose \\
                  # not this one: 3
                  4000 \\

                  4001/tcp
                env A=1 \\
                    B='two words'
                cmd ["python", \\
                     "/app/run.py"]
                """,
            keys: """
                command: [python3, run.py]
                ports: { http: 4000, port-4001: 4001 }
                env:
                  A: "1"
                  B: "two words"
                """, notes: [fillImageBuild]),
        Sample(
            name: "Another escape character",
            dockerfile: "# escape=`\nFROM x\nEXPOSE 80 `\n 81\nCMD node server.js\n",
            files: ["package.json": #"{"scripts":{"start":"node server.js"}}"#],
            keys: "command: [node, server.js]\nports: { http: 80, port-81: 81 }"),
        Sample(
            name: "Arguments and variables in EXPOSE, ENV and WORKDIR",
            dockerfile: """
                ARG PORT=9000
                ARG OTHER=1
                FROM x
                ARG PORT
                ARG MODE=fast UNSET
                ENV HOME_DIR=/srv/$MODE LEVEL=${LEVEL_DEFAULT:-info} ADDR=9000 EMPTY=$UNSET
                WORKDIR $HOME_DIR
                WORKDIR bin
                EXPOSE $PORT ${OTHER} ${UNSET} 70000 53/udp
                CMD ["/srv/fast/bin/run", "${HOME}", "0.0.0.0:9000", "90000"]
                """,
            keys: """
                command: [./run, "$${HOME}", "0.0.0.0:${ports.http}", "90000"]
                port: 9000
                env:
                  HOME_DIR: /srv/fast
                  LEVEL: info
                  ADDR: "${ports.http}"
                """,
            notes: [
                "'EXPOSE $PORT ${OTHER} ${UNSET} 70000 53/udp' names a variable without a value",
                "'EXPOSE 70000' is left out: only ports of TCP can be reached",
                "'EXPOSE 53/udp' is left out: only ports of TCP can be reached", fillImageBuild,
            ]),
        Sample(
            name: "A command for a shell",
            dockerfile: "FROM x\nSHELL [\"/bin/bash\", \"-c\"]\nCMD serve --port=$PORT ${EXTRA}\n",
            keys: #"command: [/bin/bash, -c, "exec serve --port=$PORT $${EXTRA}"]"#,
            notes: [fillImageBuild, fillPort]),
        Sample(
            name: "Several commands for a shell",
            dockerfile: "FROM x\nENTRYPOINT ./migrate && ./run\nCMD [\"ignored\"]\n",
            files: ["Makefile": "all: run\nbuild :\n\tcc run.c\n"],
            keys: """
                build:
                  command: [make, build]
                command: [/bin/sh, -c, "./migrate && ./run"]
                """, notes: [fillPort]),
        Sample(
            name: "A health check",
            dockerfile: """
                FROM x
                EXPOSE 5000 5001
                HEALTHCHECK --interval=10s --timeout=1m30s --start-period=2m \\
                  CMD curl --fail "http://localhost:5001/healthz?deep=1" || exit 1
                CMD ["./run"]
                """,
            keys: """
                command: [./run]
                ports: { http: 5000, port-5001: 5001 }
                health: { path: "/healthz?deep=1", port: port-5001, interval: 10s, timeout: 1m30s, deadline: 2m }
                """, notes: [fillImageBuild]),
        Sample(
            name: "A health check names the port that EXPOSE does not",
            dockerfile: "FROM x\nHEALTHCHECK CMD [\"wget\", \"-q\", \"http://127.0.0.1:3000\"]\nCMD [\"./run\"]\n",
            keys: "command: [./run]\nport: 3000\nhealth: { path: \"/\" }", notes: [fillImageBuild]),
        Sample(
            name: "Health checks that are none of ours",
            dockerfile: "FROM x\nENV PORT=8080\nHEALTHCHECK CMD pg_isready\nCMD [\"./run\"]\n",
            keys: "command: [./run]\nport: 8080",
            notes: ["the HEALTHCHECK asks for no URL: health is to be filled in", fillImageBuild]),
        Sample(
            name: "What looks like a secret, and what deployd sets itself, stay out",
            dockerfile: "FROM x\nENV API_TOKEN=abc PORT=1 PATH=/x LD_PRELOAD=y DEBUG=on\nCMD [\"./run\"]\n",
            keys: "command: [./run]\nport: 1\nenv:\n  DEBUG: \"on\"",
            notes: [
                "ENV API_TOKEN is left out: it looks like a secret, which does not belong into a file", fillImageBuild,
            ]),
        Sample(
            name: "A path of the image",
            dockerfile: "FROM nginx\nENTRYPOINT [\"/docker-entrypoint.sh\"]\nCMD [\"nginx\"]\n", keys: "",
            notes: [
                fillCommand + "; the Dockerfile's '/docker-entrypoint.sh nginx' is a path of the image", fillImageBuild,
                fillPort,
            ]),
        Sample(
            name: "Python's packages",
            dockerfile: "FROM python\nEXPOSE 8000\nCMD [\"gunicorn\", \"-b\", \":8000\", \"app:app\"]\n",
            files: ["requirements.txt": "flask\n", "app.py": ""],
            keys: """
                build:
                  command: [sh, -c, "python3 -m venv .venv && .venv/bin/python3 -m pip install -r requirements.txt"]
                command: [.venv/bin/python3, -m, gunicorn, -b, ":${ports.http}", "app:app"]
                port: 8000
                """),
        Sample(name: "Nothing", keys: "", notes: [fillCommand, fillBuild, fillPort]),
        Sample(
            name: "A Makefile", files: ["Makefile": "run: run.c\n"], keys: "build:\n  command: [make]",
            notes: [fillCommand, fillPort]),
        Sample(
            name: "Go in cmd", files: ["go.mod": ""], programs: ["api"],
            keys: "build:\n  command: [go, build, -o, api, ./cmd/api]\ncommand: [./api]", notes: [fillPort]),
        Sample(
            name: "Several programs of Go", files: ["go.mod": ""], programs: ["a", "b"], keys: "",
            notes: [fillCommand, fillBuild, fillPort]),
        Sample(
            name: "Rust",
            files: ["Cargo.toml": "[package]\nname = \"shop\"\n[[bin]]\npath = \"x.rs\"\nname = \"serve\"\n"],
            keys: "build:\n  command: [cargo, build, --release]\ncommand: [./target/release/serve]",
            notes: [fillPort]),
        Sample(
            name: "Swift",
            files: ["Package.swift": "let p = Package(name: \"x\", targets: [.executableTarget(name: \"Serve\")])\n"],
            keys: "build:\n  command: [swift, build, -c, release]\ncommand: [.build/release/Serve]",
            notes: [fillPort]),
        Sample(
            name: "Node",
            files: [
                "package.json": #"{"dependencies":{"x":"1"},"scripts":{"build":"tsc","start":"node dist/a.js && x"}}"#,
                "yarn.lock": "",
            ],
            keys: """
                build:
                  command: [sh, -c, "yarn install --frozen-lockfile && yarn run build"]
                command: [npm, start]
                """, notes: [fillPort]),
        Sample(
            name: "One program of Node", files: ["server.js": ""], keys: "command: [node, server.js]", notes: [fillPort]
        ),
        Sample(
            name: "One Python program", files: ["worker.py": ""], keys: "command: [python3, worker.py]",
            notes: [fillPort]),
    ]

    @Test("What a folder becomes", arguments: samples)
    func drafts(sample: Sample) {
        var texts = sample.files
        texts["Dockerfile"] = sample.dockerfile
        let draft = ServiceDraft(ProjectFolder(name: "My Shop_2.", texts: texts, programs: sample.programs))
        let lines = draft.yaml.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.first == "service: my-shop-2")
        #expect(lines.dropFirst().joined(separator: "\n") == sample.keys)
        #expect(draft.notes == sample.notes)
        #expect(ServiceFile.parse(Array(draft.yaml.utf8)).diagnostics == [])
    }

    private let directory = TemporaryDirectory("deployd-init")

    @Test func writesOnceAndSaysWhatIsMissing() async throws {
        try write("FROM x\nCMD [\"./run\"]\n", to: directory.appending("hello/Dockerfile"))
        let path = directory.appending("hello")
        let written = """
            wrote \(path)/deployd.yaml, from Dockerfile
              \(InitTests.fillImageBuild)
              \(InitTests.fillPort)

            """
        #expect(await run("init", path) == Outcome(status: 0, output: written))
        #expect(await run("validate", path) == Outcome(status: 0, output: "ok: 1 file\n"))
        let refusal =
            "\(path)/deployd.yaml is there already; --force writes over it, --stdout prints what would be written"
        #expect(await run("init", path) == Outcome(status: 1, errors: "deployd: \(refusal)\n"))
        #expect(await run("init", path, "--force") == Outcome(status: 0, output: written))
        let expected = """
            # Written by `deployd init`, from Dockerfile.
            # `deployd validate` checks it, `deployd push` deploys this folder, `deployd schema service` lists every key.
            service: hello

            # How a world without containers (deploy:process) builds it, in this folder and without a shell; nothing when
            # there is nothing to build.
            # build:
            #   command: [make]

            # The program and its arguments, without a shell.
            command: [./run]

            # Where it is reached. As a process it listens where the variable PORT says.
            # port: 8080

            # Healthy is what answers here; without it, what accepts connections, or without a port stays up.
            # health: { path: /healthz }

            # What it needs, made before it starts; `deployd get slugs` lists what there is, with its outputs.
            # requires: { data: sqlite }
            # env: { DATABASE_URL: "${requires.data.url}" }

            """
        #expect(await run("init", path, "--stdout") == Outcome(status: 0, output: expected))
        let missing = await run("init", directory.appending("none"))
        #expect(missing.status == 1 && missing.errors.hasPrefix("deployd: cannot find "))
    }

    /// Whatever the Dockerfile: no crash, and what comes of it is valid.
    @Test func survivesNonsense() {
        let pieces = [
            "FROM", "x", "AS", "\\", "\n", "<<", "EOF", "$", "${A", ":-}", "\"", "[", "]", "EXPOSE", "CMD", "ENV",
            "A=", "=", "HEALTHCHECK", "--", "http://localhost:", "99999", "-", "/", "'", "#", "\t", "ARG", "é", "\u{0}",
            "😀",
        ]
        var seed: UInt64 = 7
        func next() -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33)
        }
        var wrong: [String] = []
        for _ in 0..<2000 {
            let words = (0..<(next() % 30)).map { _ in pieces[next() % pieces.count] + (next() % 2 == 0 ? " " : "") }
            let text = "FROM x\n" + words.joined()
            let yaml = ServiceDraft(ProjectFolder(name: "x", texts: ["Dockerfile": text])).yaml
            if let problem = ServiceFile.parse(Array(yaml.utf8)).diagnostics.first {
                wrong.append("\(text): \(problem)")
            }
        }
        #expect(wrong.prefix(3) == [])
    }
}
