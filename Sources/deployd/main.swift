import Glibc
import System

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "supervise" {
    exit(Supervisor.main(arguments: Array(arguments.dropFirst())))
}
Program.run(arguments)
