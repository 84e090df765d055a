import CLI
import Core
import Glibc
import System

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "supervise" {
    exit(Supervisor.main(arguments: Array(arguments.dropFirst())))
}
if arguments.first == "serve" {
    // Before any thread is made, so that all inherit the mask and one of them waits for the signals.
    Signals.block()
}
let commands = CommandTable { arguments in
    try await ServeCommand(options: try ServeOptions(arguments, environment: environmentVariables())).run()
}
exit(await commands.run(arguments, environment: environmentVariables()))
