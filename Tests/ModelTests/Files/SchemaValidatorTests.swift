import Core
import Formats
import Glibc
import Model
import TestSupport
import Testing

/// What `deployd schema` prints, read by a validator that is not ours (https://python-jsonschema.readthedocs.io).
@Suite struct SchemaValidatorTests {
    /// What no schema can say: it is wrong beside another key or file, or only as it is written.
    private static let unseen = [
        "definition: a default out of bounds", "definition: a template that is a list", "definition: only a name",
        "graph: a parameter of the wrong type", "graph: a parameter that is not there",
        "inheritance: a bound that the inherited default breaks",
        "requirements: a parameter that a reference makes wrong", "requirements: parameters that are wrong",
        "requirements: wrong in one environment only", "service: a port with a fraction",
        "shared: wrong parameters for everyone", "syntax: a key that is a list",
        "syntax: a merge of what is no mapping", "worlds: a certificate without its key",
    ]

    private struct Asked {
        let kind: FileKind
        let name: String
        let document: JSONValue
    }

    @Test(
        .enabled(
            if: Validator.python != nil,
            "SKIPPED: no python3 with jsonschema; Debian's package python3-jsonschema has it (scripts/install-packages)"
        ))
    func anIndependentValidatorAgrees() async throws {
        let good = (Examples.annotated + Examples.shipped).flatMap { file in
            file.kind.map { Self.asked(kind: $0, name: "good \(file.path)", file.documents) } ?? []
        }
        let bad = Catalogue.cases.filter(\.isSeenBySchemas).flatMap { bad in
            bad.files.sorted { $0.key < $1.key }.flatMap { path, lines -> [Asked] in
                let file = ExampleFile(path: path, bytes: Array(lines.map { "\($0)\n" }.joined().utf8))
                return file.kind.map { Self.asked(kind: $0, name: "bad \(bad.testDescription)", file.documents) } ?? []
            }
        }
        #expect(good.count > 20 && bad.count > 100)
        let answer = try await Validator().answer(to: good + bad)
        #expect(
            answer["schemas"]
                == .object(Dictionary(uniqueKeysWithValues: FileKind.allCases.map { ($0.rawValue, .null) })))
        let documents = answer["documents"]?.object ?? [:]
        let refused = documents.filter { $0.key.hasPrefix("good ") && $0.value != .null }
        #expect(refused == [:])
        // Of several documents one is bad.
        let byCase = Dictionary(grouping: bad, by: { $0.name.prefix { $0 != "#" } })
        let unseen = byCase.filter { $0.value.allSatisfy { documents[$0.name] == .null } }.keys.sorted()
        #expect(unseen == Self.unseen.map { "bad \($0)" })
    }

    private static func asked(kind: FileKind, name: String, _ documents: [YAMLNode]) -> [Asked] {
        documents.enumerated().map { Asked(kind: kind, name: "\(name)#\($0.offset)", document: $0.element.json) }
    }

    /// `validate.py` beside the tests, and a Python that can run it.
    private struct Validator {
        static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first { path in
            var status: Int32 = -1
            var child = pid_t()
            let words = [path, "-c", "from jsonschema import Draft202012Validator"]
            var arguments = words.map { (word: String) in strdup(word) } + [nil]
            defer { arguments.forEach { free($0) } }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
            guard posix_spawn(&child, path, &actions, nil, &arguments, environ) == 0 else { return false }
            return waitpid(child, &status, 0) == child && status == 0
        }
        private static let script =
            "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/Schemas/validate.py"

        private let directory = TemporaryDirectory("deployd-schemas")

        func answer(to asked: [Asked]) async throws -> JSONValue {
            var schemas: [String: JSONValue] = [:]
            for kind in FileKind.allCases {
                let text = try await output(of: [BuiltProgram.deployd, "schema", kind.rawValue])
                schemas[kind.rawValue] = try JSONValue.parse(text)
            }
            let question: JSONValue = [
                "schemas": .object(schemas),
                "documents": .array(
                    asked.map {
                        ["kind": .string($0.kind.rawValue), "name": .string($0.name), "document": $0.document]
                    }),
            ]
            let path = directory.appending("question")
            let file = try #require(fopen(path, "w"))
            fputs(question.text, file)
            fclose(file)
            return try JSONValue.parse(try await output(of: [try #require(Self.python), Self.script, path]))
        }

        private func output(of arguments: [String]) async throws -> [UInt8] {
            let place = directory.appending(
                "output-\(arguments.joined(separator: " ").utf8.count)-\(arguments.last?.suffix(8) ?? "")")
            let errors = directory.appending("errors")
            let child = try ChildProcess(arguments, environment: [:], output: place, errors: errors)
            let exit = await child.wait()
            #expect(exit == .exited(0), "\(String(decoding: Self.read(errors), as: UTF8.self))")
            return Self.read(place)
        }

        private static func read(_ path: String) -> [UInt8] {
            guard let file = fopen(path, "r") else { return [] }
            defer { fclose(file) }
            var bytes = [UInt8](repeating: 0, count: 1 << 22)
            let count = fread(&bytes, 1, bytes.count, file)
            return Array(bytes.prefix(count))
        }
    }
}

extension Catalogue.Case {
    /// Whether what is wrong with it is the form of a value, or a key that there is not.
    fileprivate var isSeenBySchemas: Bool {
        expected.contains { line in
            [": unknown key", ": missing: expected", ": expected "].contains { line.contains($0) }
        }
    }
}
