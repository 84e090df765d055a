/// What other systems call what a key here means: Docker Compose, Kubernetes, Helm, CI files.
enum ForeignWords {
    private static let words: [String: [String]] = [
        "name": ["service", "slug", "repository"], "app": ["service", "application"],
        "application": ["service"], "service": ["application"],
        "environment": ["env"], "variables": ["env"], "vars": ["env"],
        "depends_on": ["requires"], "dependsOn": ["requires"], "dependencies": ["requires"], "needs": ["requires"],
        "resources": ["limits", "requires"], "cmd": ["command"], "run": ["command"], "entrypoint": ["command"],
        "healthcheck": ["health"], "health_check": ["health"], "healthCheck": ["health"],
        "livenessProbe": ["health"], "readinessProbe": ["health"], "ingress": ["entrypoints"],
        "scale": ["replicas"], "instances": ["replicas"], "on": ["triggers"], "mem": ["memory"], "ram": ["memory"],
        "params": ["parameters"], "parameters": ["params"], "inputs": ["parameters", "params"],
        "properties": ["parameters", "params"], "base": ["extends", "inherits"], "extends": ["inherits"],
        "imports": ["inherits"], "any": ["oneOf"], "anyOf": ["oneOf"], "branches": ["branch"], "tags": ["tag"],
        "ref": ["branch"],
        "url": ["git"], "repo": ["git"], "branch": ["ref"], "tag": ["ref"], "commit": ["ref"], "revision": ["ref"],
        "version": ["ref"], "targets": ["environments"], "env": ["environment"], "namespace": ["environment"],
    ]

    /// The key that is meant; nil when none of `names` is.
    static func meaning(of word: String, among names: [String]) -> String? {
        words[word]?.first { names.contains($0) }
    }
}
