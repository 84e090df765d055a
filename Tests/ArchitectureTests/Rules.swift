/// What docs/architecture.md says of modules, in a form that can be checked.
enum Rules {
    static let maximumLines = 400

    /// What each target may import; with it comes what those may import.
    static let directions: [String: Set<String>] = [
        "Core": [],
        "Crypto": ["Core"],
        "Formats": ["Crypto"],
        "System": ["Crypto"],
        "HTTPClient": ["Crypto"],
        "HTTPServer": ["Crypto"],
        "Model": ["Formats"],
        "Store": ["Model"],
        "Webhooks": ["Model"],
        "Kubernetes": ["HTTPClient", "System", "Formats"],
        "AWS": ["HTTPClient", "System", "Formats"],
        "Docker": ["HTTPClient", "System", "Formats"],
        "Drivers": ["Model", "Kubernetes", "AWS", "Docker", "System", "HTTPClient"],
        "Engine": ["Model"],
        "Client": ["HTTPClient"],
        "API": ["Engine", "Webhooks", "Client", "HTTPServer", "Model"],
        "Web": ["Engine", "Webhooks", "Client", "HTTPServer", "Model"],
        "CLI": ["Client", "Model", "Formats", "System"],
        "deployd": ["API", "Web", "CLI", "Drivers", "Engine", "Store", "Webhooks"],
    ]

    /// FoundationEssentials is allowed: it takes half the memory.
    static let refusedModules: Set = [
        "Foundation", "FoundationNetworking", "FoundationXML", "FoundationInternationalization",
    ]

    /// All that a target may import, directly or by way of others.
    static func allowed(_ target: String) -> Set<String> {
        (directions[target] ?? []).reduce(into: []) { $0.formUnion(allowed($1).union([$1])) }
    }

    /// What breaks the rules, as `file:line: rule`.
    static func violations(in files: [SourceFile]) -> [String] {
        let swift = files.filter(\.isSwift)
        return unknownTargets(swift) + wrongImports(swift) + sharedLibraries(files) + misnamedTypes(swift)
            + longFiles(files)
    }

    private static func unknownTargets(_ files: [SourceFile]) -> [String] {
        Dictionary(grouping: files, by: \.target).filter { directions[$0.key] == nil }.compactMap { target, files in
            files.first.map { "\($0.path):1: \(target) has no line in the table of what may import what" }
        }.sorted()
    }

    private static func wrongImports(_ files: [SourceFile]) -> [String] {
        files.flatMap { file in
            let allowed = allowed(file.target)
            return file.imports.compactMap { module, line in
                if refusedModules.contains(module) {
                    return "\(file.path):\(line): \(module) is refused: use FoundationEssentials or Core"
                }
                guard directions[module] != nil, !allowed.contains(module) else { return nil }
                return "\(file.path):\(line): \(file.target) may not import \(module)"
            }
        }
    }

    /// A C library has one Swift owner.
    private static func sharedLibraries(_ files: [SourceFile]) -> [String] {
        let libraries = Set(files.filter { $0.path.hasPrefix("Sources/C/") }.map(\.target))
        var owners: [String: String] = [:]
        return files.flatMap { file in
            file.imports.compactMap { module, line in
                guard libraries.contains(module) else { return nil }
                let owner = owners[module, default: file.target]
                owners[module] = owner
                guard owner != file.target else { return nil }
                return "\(file.path):\(line): \(module) is imported by \(owner) already: one target imports a C module"
            }
        }
    }

    /// `Core.Log` would mean the type's member if there were a type Core.
    private static func misnamedTypes(_ files: [SourceFile]) -> [String] {
        files.flatMap { file in
            file.types.filter { directions[$0.name] != nil }
                .map { "\(file.path):\($0.line): no type is named like a module: \($0.name)" }
        }
    }

    private static func longFiles(_ files: [SourceFile]) -> [String] {
        files.filter { $0.lines.count - 1 > maximumLines }
            .map { "\($0.path):\(maximumLines + 1): over \(maximumLines) lines: it probably holds two things" }
    }
}
