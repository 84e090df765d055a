import Glibc
import System

if CommandLine.arguments.dropFirst().first == "supervise" {
    exit(Supervisor.main(arguments: Array(CommandLine.arguments.dropFirst(2))))
}
