import Core
import Glibc
import Model

extension CommandEntry {
    static let doctor = CommandEntry(
        CommandSpec(
            "doctor", summary: "Checks a server, its machine and its data, and says what to do about what is wrong",
            options: OptionSpec.client + [
                OptionSpec(
                    "--data", value: "DIR",
                    help:
                        "the data directory of a server of this machine, running or not; looks there, and at the machine"
                )
            ],
            discussion: """
                Looks at the server, as far as it tells: whether it answers and can work, and with a token at worlds whose
                capabilities do not work, resources that are missing, and instances that are not well. On the server's machine
                it also looks at that, and at the data: the database (read only), sealed secrets, deliveries and deployments,
                processes, ports, entrypoints and files, each against what is recorded. Nothing is changed.

                With --server (or DEPLOYD_SERVER) alone it asks the server only, with --data alone it looks at the data only.
                With neither it does both: the data directory is then DEPLOYD_DATA, or where `serve` keeps it by default.

                Each line is ok, skipped, a warning (nothing fails for now) or a problem, the last two with what to do.
                Exit status 0 when there is no problem, 1 when there is one. What is not well within a server that works, such
                as an instance that is degraded, is a warning.
                """)
    ) { context in
        let findings = try await doctorFindings(context)
        try DoctorReport(findings).show(in: context)
    }

    private static func doctorFindings(_ context: CommandContext) async throws -> [Finding] {
        let (server, data) = (context.arguments.has("--server"), context.arguments.value("--data"))
        var findings: [Finding] = []
        if server || data == nil { findings += try await ServerDoctor(context: context).findings() }
        guard data != nil || !server else { return findings }
        let path = try DataPath.find(
            data ?? context.environment["DEPLOYD_DATA"], environment: context.environment, command: "doctor")
        guard data != nil || access("\(path)/deployd.db", R_OK) == 0 else {
            let skipped = FindingCheck(.data, "server").skipped(
                "no data directory here that this user may read (\(path)), so machine and data are not looked at",
                do: "on the server's machine, as its user: `deployd doctor --data DIR`")
            return findings + [skipped]
        }
        return findings + (try await context.examine(path))
    }
}
