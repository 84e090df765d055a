import Core
import Model
import System

/// The runs below a data directory.
struct RunTable: Sendable {
    struct Run: Sendable, Hashable {
        let instance: InstanceIdentity
        let name: String
        let directory: String
        /// Whether its supervisor lives.
        let isAlive: Bool
    }

    let runs: [Run]

    init(_ runs: [Run]) { self.runs = runs }

    /// Blocks.
    init(_ layout: ProcessLayout) {
        let all = "\(layout.data)/runs"
        runs = FileTree.names(in: all).flatMap { application in
            FileTree.names(in: "\(all)/\(application)").flatMap { target in
                let instance = InstanceIdentity(application: application, target: target)
                return FileTree.names(in: layout.runs(of: instance)).map { name in
                    let directory = layout.run(name, of: instance)
                    return Run(
                        instance: instance, name: name, directory: directory,
                        isAlive: SupervisedRun.isAlive(directory: directory))
                }
            }
        }
    }

    var alive: [Run] { runs.filter(\.isAlive) }
}
