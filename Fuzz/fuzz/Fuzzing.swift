internal import CFuzzer
import Glibc

/// What is fuzzed, by its name on the command line. Each calls `fail` when what must hold does not.
enum FuzzTarget: String, CaseIterable {
    case http, webhook, yaml, tar
}

enum Fuzzing {
    /// `fuzz TARGET [libFuzzer's options] [CORPUS ...]`; scripts/fuzz builds and runs it.
    static func run(_ words: [String]) -> Int32 {
        guard words.count >= 2, let target = FuzzTarget(rawValue: words[1]) else {
            print("usage: fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [OPTION ...] [CORPUS ...]")
            return 2
        }
        var arguments = ([words[0]] + words.dropFirst(2)).map { (word: String) in strdup(word) } + [nil]
        var count = Int32(arguments.count - 1)
        return arguments.withUnsafeMutableBufferPointer { buffer in
            var base = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &base, callback(target))
        }
    }

    private static func callback(_ target: FuzzTarget) -> @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32 {
        switch target {
        case .http: { HTTPFuzz.check(bytes($0, $1)) }
        case .webhook: { WebhookFuzz.check(bytes($0, $1)) }
        case .yaml: { YAMLFuzz.check(bytes($0, $1)) }
        case .tar: { TarFuzz.check(bytes($0, $1)) }
        }
    }
}

private func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}

/// What should hold does not: libFuzzer keeps the input that showed it.
func fail(_ reason: String) -> Never {
    let line = Array("\(reason)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}
