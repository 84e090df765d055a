import Core
import Glibc
import Model
import System

/// Whether every process that should run does, and none that should not.
struct ProcessLook {
    let layout: ProcessLayout
    let inventory: DataInventory
    let workloads: RecordedWorkloads
    let runs: RunTable
    let processes: [HostProcess]
    /// The server's process; nil when none runs.
    let server: Int32?

    var findings: [Finding] { services + orphans + strays + programs }

    private var services: [Finding] {
        let check = FindingCheck(.processes, "services")
        let alive = Set(runs.alive.map(\.directory))
        let replicas = workloads.running.flatMap { entry in
            entry.state.runs.map { (entry.instance, layout.run($0, of: entry.instance.identity)) }
        }
        let missing = replicas.filter { !alive.contains($0.1) }.map { instance, run in
            check.problem(
                "\(instance.id) does not run: no supervisor lives in \(run)",
                do: server == nil
                    ? "start deployd: it starts it again" : "`deployd logs`; `deployd restart` starts it again")
        }
        return check.list(missing, orOk: "\(replicas.count) processes run, each under its supervisor")
    }

    /// Runs that live and that no instance has.
    private var orphans: [Finding] {
        let check = FindingCheck(.processes, "orphans")
        let instances = Dictionary(
            inventory.instances.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
        let expected = Set(
            workloads.running.flatMap { entry in entry.state.runs.map { layout.run($0, of: entry.instance.identity) } })
        let found = runs.alive.filter { run in
            guard let instance = instances[run.instance] else { return true }
            return !inventory.isChanging(instance) && !expected.contains(run.directory)
        }
        let orphans = found.map { run in
            check.problem(
                "a supervisor runs in \(run.directory), which no instance has",
                do: "end it: SIGTERM to the process `supervise \(run.directory)`, which ends what it runs")
        }
        // A supervisor whose directory was removed ends within seconds.
        let known = Set(runs.runs.map(\.directory) + ["\(layout.data)/haproxy/run"])
        let homeless = processes.filter { process in
            guard let directory = process.supervises else { return false }
            return directory.hasPrefix("\(layout.data)/") && !known.contains(directory)
        }.map { process in
            check.problem(
                "the supervisor \(process.pid) runs in \(process.supervises ?? ""), which is gone",
                do: "SIGTERM to it ends it and what it runs")
        }
        return check.list(orphans + homeless, orOk: "no supervisor runs that no instance has")
    }

    /// What works in a folder of deployd's and has neither a supervisor nor the server above it.
    private var strays: [Finding] {
        let check = FindingCheck(.processes, "strays")
        let parents = Dictionary(processes.map { ($0.pid, $0.parent) }, uniquingKeysWith: { first, _ in first })
        let heads = Set(processes.filter { $0.supervises != nil }.map(\.pid) + (server.map { [$0] } ?? []))
        let places = [layout.artifacts, "\(layout.data)/runs"].map { "\($0)/" }
        let found = processes.filter { process in
            guard let directory = process.directory, places.contains(where: directory.hasPrefix) else { return false }
            return !isBelow(heads, process.pid, parents)
        }.map { process in
            check.problem(
                "the process \(process.pid) (\(name(process))) works in \(process.directory ?? "") and has no supervisor",
                do: "what is started again in its place ends it; else end it yourself")
        }
        return check.list(found, orOk: "no process was left behind by a supervisor or a build")
    }

    private func isBelow(_ heads: Set<Int32>, _ pid: Int32, _ parents: [Int32: Int32]) -> Bool {
        var current = pid
        for _ in 0..<1000 {
            if heads.contains(current) { return true }
            guard let parent = parents[current], parent > 0 else { return false }
            current = parent
        }
        return false
    }

    private func name(_ process: HostProcess) -> String {
        process.arguments.first?.split(separator: "/").last.map(String.init) ?? "?"
    }

    /// Supervisors go on with the program that started them.
    private var programs: [Finding] {
        let check = FindingCheck(.processes, "versions")
        let supervisors = processes.filter { $0.supervises?.hasPrefix("\(layout.data)/") == true }
        let mine = HostProcess(getpid())?.executable
        let others = supervisors.filter { $0.executable != nil && $0.executable != mine }
        guard !others.isEmpty else { return [check.ok("\(supervisors.count) supervisors, of this program")] }
        return [
            check.ok(
                "\(others.count) of \(supervisors.count) supervisors are of another deployd than this; each goes on until "
                    + "its service is deployed or restarted")
        ]
    }
}
