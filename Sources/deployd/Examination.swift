import CLI
import Core
import Crypto
import Drivers
import Glibc
import Model
import Store
import System

/// `doctor`, as far as it looks at this machine and a data directory.
struct Examination {
    /// Absolute.
    let data: String
    let environment: [String: String]

    func findings() async throws -> [Finding] {
        let threads = BlockingThreads()
        let runner = try CommandRunner()
        let data = data
        let machine = await MachineExamination(
            dataDirectory: data, path: environment["PATH"], runner: runner, threads: threads
        ).findings()
        let guards = try await threads.run { DataExamination(dataDirectory: data).findings }
        return machine + guards + (try await records(runner, threads))
    }

    /// Database and host are looked at one after the other, and a server changes both meanwhile: what is wrong counts when
    /// it is still so a while later.
    private func records(_ runner: CommandRunner, _ threads: BlockingThreads) async throws -> [Finding] {
        var before = try await look(runner, threads)
        for pause in [Duration.seconds(2), .seconds(4)] where before.contains(where: \.isTrouble) {
            try await Task.sleep(for: pause)
            let now = try await look(runner, threads)
            let isSure = now.allSatisfy { !$0.isTrouble || before.contains($0) }
            before = now
            if isSure { break }
        }
        return before
    }

    private func look(_ runner: CommandRunner, _ threads: BlockingThreads) async throws -> [Finding] {
        let (data, now) = (data, SystemClock().now())
        let database = try await threads.run {
            DatabaseExamination(
                directory: data, masterKey: try? MasterKey.load(at: "\(data)/master.key"),
                program: ProgramVersion.text, now: now)
        }
        guard let inventory = database.inventory else { return database.findings }
        let host = HostExamination(dataDirectory: data, runner: runner, threads: threads)
        return database.findings + (await host.findings(of: inventory, now: now))
    }
}
