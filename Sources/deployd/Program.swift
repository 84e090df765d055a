import CLI
import Glibc

/// The program but for `supervise`.
enum Program {
    /// Runs a command and ends with its status.
    ///
    /// The command runs in a task while this thread, the process's first, waits for ever. An `await` at the top level
    /// would turn it into libdispatch's: that one waits with no signal blocked, so that SIGTERM ended the server there
    /// instead of reaching the thread that waits for it.
    static func run(_ arguments: [String]) -> Never {
        if arguments.first == "serve" {
            // Before any thread is made, so that all inherit the mask and one of them waits for the signals.
            Signals.block()
        }
        Task.detached { exit(await command(arguments)) }
        while true { pause() }
    }

    private static func command(_ arguments: [String]) async -> Int32 {
        let commands = CommandTable { arguments in
            try await ServeCommand(options: try ServeOptions(arguments, environment: environmentVariables())).run()
        }
        return await commands.run(arguments, environment: environmentVariables())
    }
}
