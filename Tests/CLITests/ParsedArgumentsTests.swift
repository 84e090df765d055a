import Testing

@testable import CLI

@Suite struct ParsedArgumentsTests {
    private static let spec = CommandSpec(
        "ship", summary: "Ships",
        positionals: [
            PositionalSpec("WHAT", help: "what"), PositionalSpec("WHERE", isRequired: false, help: "where"),
        ],
        options: [
            OptionSpec("--port", value: "N", environment: "SHIP_PORT", help: "a port"),
            OptionSpec("--label", short: "-l", value: "L", isRepeatable: true, help: "a label"),
            OptionSpec("--fast", environment: "SHIP_FAST", help: "fast"),
        ])

    private static func parse(_ line: String, _ environment: [String: String] = [:]) throws -> ParsedArguments {
        let words = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
        return try ParsedArguments(words, spec: spec, environment: environment)
    }

    /// The arguments as one line: what was understood of them.
    private static func summary(_ line: String, _ environment: [String: String] = [:]) throws -> String {
        let parsed = try parse(line, environment)
        let port = parsed.value("--port").map { ["port=\($0)"] } ?? []
        let labels = parsed.values("--label").map { "label=\($0)" }
        return (parsed.positionals + port + labels + (parsed.has("--fast") ? ["fast"] : [])).joined(separator: " ")
    }

    @Test(arguments: [
        ("it", "it"),
        ("it --port 80 there", "it there port=80"),
        ("--port=80 it", "it port=80"),
        ("--port=a=b it", "it port=a=b"),
        ("it --label a --label=b", "it label=a label=b"),
        ("-l a it -lb -l=c -l d=e", "it label=a label=b label=c label=d=e"),
        ("it --fast --fast", "it fast"),
        ("it -- --fast", "it --fast"),
        ("-", "-"),
        ("it --label -", "it label=-"),
        ("it --label=--fast", "it label=--fast"),
    ])
    func understands(line: String, expected: String) throws {
        #expect(try Self.summary(line) == expected)
    }

    @Test(arguments: [
        ("", "WHAT is missing"),
        ("it there everywhere", "unexpected argument 'everywhere'"),
        ("it --prot 80", "unknown option --prot; did you mean '--port'?"),
        ("it --port", "--port needs a value: --port N"),
        ("it --port --fast", "--port needs a value: --port N"),
        ("it --port=", "--port needs a value: --port N"),
        ("it --port 1 --port 2", "--port was given twice"),
        ("it --fast=yes", "--fast takes no value"),
        ("it -x", "unknown option -x"),
        ("it -l", "--label needs a value: --label L"),
        ("it ''", "WHERE is empty"),
    ])
    func refuses(line: String, message: String) {
        #expect(throws: UsageError.self) { try Self.parse(line) }
        do { _ = try Self.parse(line) } catch {
            #expect("\(error)" == "ship: \(message) (see `deployd ship --help`)")
        }
    }

    @Test(arguments: [
        (["SHIP_PORT": "1", "SHIP_FAST": "true"], "it port=1 fast"),
        (["SHIP_PORT": "", "SHIP_FAST": ""], "it"),
        (["SHIP_FAST": "0"], "it"),
        (["SHIP_FAST": "no"], "it"),
    ])
    func readsVariables(environment: [String: String], expected: String) throws {
        #expect(try Self.summary("it", environment) == expected)
    }

    @Test func givenOptionsCountMoreThanVariables() throws {
        #expect(try Self.summary("it --port 2", ["SHIP_PORT": "1"]) == "it port=2")
        #expect(throws: UsageError.self) { try Self.parse("it", ["SHIP_FAST": "perhaps"]) }
    }

    @Test(arguments: ["--help", "-h", "it --unknown --help", "--port --help"])
    func helpIsAnsweredWhateverElseIsWrong(line: String) throws {
        #expect(try Self.parse(line).wantsHelp)
    }

    @Test func helpAfterTheEndOfOptionsIsAnArgument() throws {
        #expect(try Self.parse("-- --help").positionals == ["--help"])
    }
}
