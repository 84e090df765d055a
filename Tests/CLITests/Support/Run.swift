import Core
import Synchronization

@testable import CLI

/// What a run of the program left behind.
struct Outcome: Equatable {
    var status: Int32
    var output = ""
    var errors = ""
}

/// Runs the program's commands in this process, without a terminal and with nothing of the user's own.
func run(_ arguments: String..., environment: [String: String] = [:]) async -> Outcome {
    await run(arguments, environment: environment)
}

func run(_ arguments: [String], environment: [String: String] = [:]) async -> Outcome {
    let written = Mutex<[Int32: [UInt8]]>([:])
    let console = Console { descriptor, bytes in
        written.withLock { $0[descriptor, default: []] += bytes }
    }
    let table = CommandTable { _ in throw DeploydError(.notBuiltYet, "serve is not part of these tests") }
    let status = await table.run(arguments, environment: environment, console: console)
    return written.withLock { written in
        Outcome(
            status: status, output: String(decoding: written[1] ?? [], as: UTF8.self),
            errors: String(decoding: written[2] ?? [], as: UTF8.self))
    }
}
