import Core
import Model
import System

/// Whether every directory has its row, and every row its directory. Blocks.
struct FileLook: Sendable {
    let layout: ProcessLayout
    let inventory: DataInventory
    let workloads: RecordedWorkloads

    var findings: [Finding] { artifacts + runs + resources + logs + mirrors }

    private var living: [Instance] { inventory.instances.filter { $0.lifecycle.state != .destroyed } }

    private var artifacts: [Finding] {
        let check = FindingCheck(.files, "artifacts")
        let gone = workloads.settled.filter { entry in
            !FileTree.exists(layout.artifact(entry.instance.identity.application, entry.state.artifact).marker)
        }.map { entry in
            check.problem(
                "what \(entry.instance.id) runs was built in \(layout.artifacts)/"
                    + "\(entry.instance.identity.application)/\(entry.state.artifact), which is not whole any more",
                do: "`deployd apply` builds it again; until then it cannot be started again")
        }
        let applications = Set(living.map(\.identity.application))
        // The folder of an application stays when its last instance is destroyed, empty.
        let names = FileTree.names(in: layout.artifacts).filter {
            !FileTree.names(in: layout.artifacts(of: $0)).isEmpty
        }
        let left = names.filter { !applications.contains($0) }.map {
            check.warning(
                "\(layout.artifacts)/\($0) is of an application without an instance",
                do: "remove it when no deployment of \($0) is under way")
        }
        return check.list(gone + left, orOk: "\(names.count) applications' builds, and what runs is there")
    }

    private var runs: [Finding] {
        let check = FindingCheck(.files, "runs")
        let known = Set(living.map(\.identity))
        let folders = FileTree.names(in: "\(layout.data)/runs").flatMap { application in
            FileTree.names(in: layout.runs(of: application)).map {
                InstanceIdentity(application: application, target: $0)
            }
        }
        let left = folders.filter { !known.contains($0) }.map {
            check.warning("\(layout.runs(of: $0)) is of no instance", do: "remove it when nothing runs in it")
        }
        return check.list(left, orOk: "\(folders.count) instances have runs")
    }

    private var resources: [Finding] {
        let check = FindingCheck(.files, "resources")
        let root = "\(layout.data)/resources"
        let names = FileTree.names(in: root)
        let known = Set(inventory.resources.map(\.id))
        let left = names.filter { !known.contains($0) }.map {
            check.warning(
                "\(root)/\($0) is of no resource",
                do: "look at what is in it before you remove it: it is data of a service")
        }
        let gone = inventory.resources.filter { resource in
            guard resource.isExpected, resource.status != .missing, case .plain(let path)? = resource.outputs["path"]
            else { return false }
            // Of a copy, the path is the original's.
            return path.contains("/resources/\(resource.id)") && !names.contains(resource.id)
        }.map { resource in
            check.problem(
                "the resource \(resource.name) (\(resource.id)) is gone from \(root)/\(resource.id)",
                do: "restore it from a backup of your own, or `deployd resource recreate \(resource.id)`")
        }
        return check.list(gone + left, orOk: "\(names.count) directories of resources, each with its row")
    }

    private var logs: [Finding] {
        let check = FindingCheck(.files, "logs")
        let root = "\(layout.data)/logs/deployments"
        let names = FileTree.names(in: root)
        let left = names.filter { !inventory.deployments.contains(String($0.prefix { $0 != "." })) }.map {
            check.warning("\(root)/\($0) is the log of no deployment", do: "remove it")
        }
        return check.list(left, orOk: "\(names.count) logs, each of a deployment")
    }

    private var mirrors: [Finding] {
        let check = FindingCheck(.files, "sources")
        let root = "\(layout.data)/sources/repositories"
        let names = FileTree.names(in: root)
        let known = Set(inventory.repositories.map { GitMirrors.folder(of: $0.name) })
        let left = names.filter { !known.contains($0) }.map {
            check.warning("\(root)/\($0) is the mirror of no registered repository", do: "remove it")
        }
        return check.list(left, orOk: "\(names.count) mirrors, each of a registered repository")
    }
}
