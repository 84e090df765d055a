import Core

extension ProjectGuess {
    /// `package.json`: its scripts, and the package manager whose lock file there is.
    static func node(_ folder: ProjectFolder) -> ProjectGuess? {
        guard let file = folder.text("package.json") else {
            guard folder.has("server.js") else { return nil }
            return ProjectGuess(source: "server.js", build: .nothing, command: ["node", "server.js"])
        }
        let json = (try? JSONValue.parse(file.text)) ?? .null
        let scripts = json["scripts"]?.object ?? [:]
        return ProjectGuess(
            source: file.name, build: nodeBuild(folder, json, hasBuild: scripts["build"] != nil),
            command: nodeCommand(folder, json, start: scripts["start"]?.string))
    }

    private static func nodeBuild(_ folder: ProjectFolder, _ json: JSONValue, hasBuild: Bool) -> Build {
        let packages = ["dependencies", "devDependencies"].contains { json[$0]?.object?.isEmpty == false }
        let tool = folder.has("pnpm-lock.yaml") ? "pnpm" : folder.has("yarn.lock") ? "yarn" : "npm"
        let install: [String] =
            switch tool {
            case "npm": ["npm", folder.has("package-lock.json") ? "ci" : "install"]
            default: [tool, "install", "--frozen-lockfile"]
            }
        let steps = (packages ? [install] : []) + (hasBuild ? [[tool, "run", "build"]] : [])
        guard let first = steps.first else { return .nothing }
        // A build is one command; two need a shell.
        guard steps.count > 1 else { return .command(first) }
        return .command(["sh", "-c", steps.map { $0.joined(separator: " ") }.joined(separator: " && ")])
    }

    /// `node server.js` without npm between, which would be one more process for the signals to pass.
    private static func nodeCommand(_ folder: ProjectFolder, _ json: JSONValue, start: String?) -> [String]? {
        if let start {
            let words = start.split(separator: " ").map(String.init)
            let isPlain = start.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " ./_-=:".contains($0)) }
            return isPlain && words.first == "node" ? words : ["npm", "start"]
        }
        if let main = json["main"]?.string { return ["node", main] }
        return ["server.js", "index.js"].first(where: folder.has).map { ["node", $0] }
    }
}
