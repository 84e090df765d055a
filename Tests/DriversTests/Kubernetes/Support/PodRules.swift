import Core

/// What pods must say to be secure, by the names of the fields that do not.
enum PodRules {
    static func problems(of pod: JSONValue) -> [String] {
        var found: [String] = []
        func require(_ name: String, _ holds: Bool) { if !holds { found.append(name) } }
        let whole = pod["securityContext"]
        require("runAsNonRoot", whole?["runAsNonRoot"] == true)
        require("runAsUser", (whole?["runAsUser"]?.integer ?? 0) > 0)
        require("seccompProfile", whole?["seccompProfile"]?["type"] == "RuntimeDefault")
        require("automountServiceAccountToken", pod["automountServiceAccountToken"] == false)
        let containers = pod["containers"]?.array ?? []
        require("containers", !containers.isEmpty)
        for container in containers {
            let context = container["securityContext"]
            require("allowPrivilegeEscalation", context?["allowPrivilegeEscalation"] == false)
            require("capabilities", context?["capabilities"]?["drop"]?.array == ["ALL"])
            let requests = container["resources"]?["requests"]?.object ?? [:]
            require("requests", Set(requests.keys) == ["cpu", "memory"])
            let tag = container["image"]?.string?.split(separator: ":").last ?? ""
            require("image", tag.contains(".") && !tag.contains("/"))
        }
        return found
    }
}
