import Glibc

exit(Fuzzing.run(CommandLine.arguments))
