import Glibc
import Testing

@Suite struct ArchitectureTests {
    @Test func sourcesKeepTheRules() throws {
        let files = try sourceFiles()
        try #require(files.count > 20, "the sources were not found")
        let violations = Rules.violations(in: files)
        #expect(violations.isEmpty, "\n\(violations.joined(separator: "\n"))")
    }

    /// That each rule refuses what it should.
    @Test func rulesRefuse() {
        let files = [
            SourceFile(
                path: "Sources/Engine/A.swift",
                text: """
                    // import Store
                    public import Core
                    import Store
                    @preconcurrency import struct System.Subprocess
                    import Foundation
                    import FoundationEssentials
                    let text = "import Drivers"
                    """),
            SourceFile(path: "Sources/C/CCurl/shim.h", text: "#pragma once\n"),
            SourceFile(path: "Sources/HTTPClient/A.swift", text: "import CCurl\n"),
            SourceFile(path: "Sources/Drivers/A.swift", text: "import CCurl\nimport Crypto\n"),
            SourceFile(
                path: "Sources/Core/A.swift",
                text: "public final class Client: Sendable {}\n    indirect enum Store<Value> {}\nstruct ClientX {}\n"),
            SourceFile(path: "Sources/Model/Long.swift", text: String(repeating: "\n", count: 401)),
            SourceFile(path: "Sources/Model/Full.swift", text: String(repeating: "\n", count: 400)),
            SourceFile(path: "Sources/Utils/A.swift", text: ""),
        ]
        #expect(
            Rules.violations(in: files) == [
                "Sources/Utils/A.swift:1: Utils has no line in the table of what may import what",
                "Sources/Engine/A.swift:3: Engine may not import Store",
                "Sources/Engine/A.swift:4: Engine may not import System",
                "Sources/Engine/A.swift:5: Foundation is refused: use FoundationEssentials or Core",
                "Sources/Drivers/A.swift:1: CCurl is imported by HTTPClient already: one target imports a C module",
                "Sources/Core/A.swift:1: no type is named like a module: Client",
                "Sources/Core/A.swift:2: no type is named like a module: Store",
                "Sources/Model/Long.swift:401: over 400 lines: it probably holds two things",
            ])
    }

    @Test func directionsAreTransitive() {
        #expect(Rules.allowed("Store") == ["Model", "Formats", "Crypto", "Core"])
        #expect(!Rules.allowed("Engine").contains("System") && Rules.allowed("deployd").contains("HTTPServer"))
    }
}

/// Every Swift, C and header file under Sources, by path.
private func sourceFiles() throws -> [SourceFile] {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return try paths(under: "\(root)/Sources").sorted().map { path in
        SourceFile(path: String(path.dropFirst(root.utf8.count + 1)), text: try contents(path))
    }
}

private func paths(under directory: String) throws -> [String] {
    let handle = try #require(opendir(directory), "\(directory) cannot be read")
    defer { closedir(handle) }
    var found: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name.hasPrefix(".") { continue }
        if entry.pointee.d_type == UInt8(DT_DIR) {
            found += try paths(under: "\(directory)/\(name)")
        } else if [".swift", ".c", ".h"].contains(where: name.hasSuffix) {
            found.append("\(directory)/\(name)")
        }
    }
    return found
}

private func contents(_ path: String) throws -> String {
    let file = open(path, O_RDONLY)
    try #require(file >= 0, "\(path) cannot be read")
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}
