import CLI
import Core
import Glibc
import System

/// The program's first thread.
enum Program {
    /// Runs what `arguments` (without the program's name) say, and ends the process.
    static func main(_ arguments: [String]) -> Int32 {
        if arguments.first == "supervise" { return Supervisor.main(arguments: Array(arguments.dropFirst())) }
        if arguments.first == "serve", InitProcess.isWanted { return InitProcess.run() }
        let takesSignals = CommandTable.takingSignals.contains(arguments.first ?? "")
        // Before any thread is made, so that all inherit the mask and the first one alone takes the signals.
        if takesSignals { Signals.block() }
        let (actions, wishes) = AsyncStream.makeStream(of: Signals.Action.self, bufferingPolicy: .bufferingNewest(16))
        Task.detached { exit(await run(arguments, actions)) }
        // Not `dispatch_main`, as an asynchronous main would: its thread unblocks every signal.
        if takesSignals { Signals.forward(to: wishes) }
        while true { pause() }
    }

    private static func run(_ arguments: [String], _ actions: AsyncStream<Signals.Action>) async -> Int32 {
        let environment = environmentVariables()
        let interrupted: @Sendable () async -> Void = { for await action in actions where action == .stop { return } }
        let examine: CommandContext.Examine = { data in
            try await Examination(data: data, environment: environment).findings()
        }
        let commands = CommandTable(interrupted: interrupted, examine: examine) { arguments in
            let options = try ServeOptions(arguments, environment: environment)
            try await ServeCommand(options: options, signals: actions).run()
        }
        return await commands.run(arguments, environment: environment)
    }
}
